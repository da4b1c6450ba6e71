/** Neighbours that are shown alike: in full, or as one line that opens. */
export interface Stretch<Cell> {
  readonly kind: 'shown' | 'folded';
  readonly cells: readonly Cell[];
}

export interface FoldOptions<Cell> {
  /** Names the kind of a cell; null is never folded. */
  readonly kindOf: (cell: Cell) => string | null;
  /** As many neighbours of one kind are shown in full. */
  readonly longest: number;
  /** Of more, this many stay in sight. */
  readonly kept: number;
  /** At which end of the neighbours they are. */
  readonly keptAt: (cell: Cell) => 'start' | 'end';
}

/** Folds long stretches of neighbours of one kind. */
export function fold<Cell>(
  cells: readonly Cell[],
  { kindOf, longest, kept, keptAt }: FoldOptions<Cell>,
): readonly Stretch<Cell>[] {
  return neighbours(cells, kindOf).flatMap((alike): readonly Stretch<Cell>[] => {
    const [first] = alike;
    if (first === undefined || alike.length <= longest || kindOf(first) === null) {
      return [{ kind: 'shown', cells: alike }];
    }
    if (keptAt(first) === 'end') {
      const end = alike.length - kept;
      return [
        { kind: 'folded', cells: alike.slice(0, end) },
        { kind: 'shown', cells: alike.slice(end) },
      ];
    }
    return [
      { kind: 'shown', cells: alike.slice(0, kept) },
      { kind: 'folded', cells: alike.slice(kept) },
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
