/** Neighbours that are shown in the same way: in full, or as one line that opens. */
interface Stretch<Cell> {
  readonly kind: 'shown' | 'folded';
  readonly cells: readonly Cell[];
}

/** Up to this many neighbours of one kind are shown in full. */
const longest = 6;

/** Of longer sequences, this many stay visible. */
const kept = 2;

/**
 * Folds long sequences of neighbours of one kind. `kindOf` names the kind of a cell; null is never folded. `keptAt` says
 * at which end of the sequence some stay visible.
 */
export function fold<Cell>(
  cells: readonly Cell[],
  kindOf: (cell: Cell) => string | null,
  keptAt: (cell: Cell) => 'start' | 'end',
): readonly Stretch<Cell>[] {
  return neighbours(cells, kindOf).flatMap((alike): readonly Stretch<Cell>[] => {
    const [first] = alike;
    if (first === undefined || alike.length <= longest || kindOf(first) === null) {
      return [{ kind: 'shown', cells: alike }];
    }
    const isEnd = keptAt(first) === 'end';
    const cut = isEnd ? alike.length - kept : kept;
    return [
      { kind: isEnd ? 'folded' : 'shown', cells: alike.slice(0, cut) },
      { kind: isEnd ? 'shown' : 'folded', cells: alike.slice(cut) },
    ];
  });
}

function neighbours<Cell>(
  cells: readonly Cell[],
  kindOf: (cell: Cell) => string | null,
): readonly (readonly Cell[])[] {
  const groups: Cell[][] = [];
  let last: string | null | undefined;
  for (const cell of cells) {
    const kind = kindOf(cell);
    if (kind === last) groups.at(-1)?.push(cell);
    else groups.push([cell]);
    last = kind;
  }
  return groups;
}
