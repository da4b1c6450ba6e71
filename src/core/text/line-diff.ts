/**
 * The changes from `before` to `after` as a unified diff with three lines of context; empty for equal texts. A CR before
 * LF is ignored, as git may write either.
 */
export function lineDiff(
  before: string,
  after: string,
  [oldName, newName]: readonly [oldName: string, newName: string],
): readonly string[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  const edits = editsBetween(old, now);
  const hunks = hunksOf(edits);
  if (hunks.length === 0) return [];
  return [`--- ${oldName}`, `+++ ${newName}`, ...hunks.flatMap(hunkLines)];
}

const around = 3;

/** A last line without LF is marked by what git writes after it. */
function linesOf(text: string): readonly string[] {
  if (text === '') return [];
  const lines = text
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .split('\n');
  const last = lines.pop() ?? '';
  return last === '' ? lines : [...lines, `${last}\n\\ No newline at end of file`];
}

interface Edit {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
  /** From 0: the index of the line, or of the one that follows. */
  readonly old: number;
  readonly now: number;
}

function editsBetween(old: readonly string[], now: readonly string[]): readonly Edit[] {
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let [oldEnd, nowEnd] = [old.length, now.length];
  while (oldEnd > start && nowEnd > start && old[oldEnd - 1] === now[nowEnd - 1]) {
    oldEnd -= 1;
    nowEnd -= 1;
  }
  const middle = { old: old.slice(start, oldEnd), now: now.slice(start, nowEnd) };
  const signs = [
    ...Array<' '>(start).fill(' '),
    ...shortestEdit(middle.old, middle.now),
    ...Array<' '>(old.length - oldEnd).fill(' '),
  ];
  let [atOld, atNow] = [0, 0];
  return signs.map((sign) => {
    const edit = {
      sign,
      line: (sign === '+' ? now[atNow] : old[atOld]) ?? '',
      old: atOld,
      now: atNow,
    };
    if (sign !== '+') atOld += 1;
    if (sign !== '-') atNow += 1;
    return edit;
  });
}

/** Beyond this number of changed lines everything becomes one change, which takes no time to find. */
const mostSteps = 1_000;

/** By Myers: the furthest that each number of steps gets on each diagonal. */
function shortestEdit(old: readonly string[], now: readonly string[]): readonly Edit['sign'][] {
  const trail: Map<number, number>[] = [];
  let furthest = new Map<number, number>([[1, 0]]);
  const most = Math.min(old.length + now.length, mostSteps);
  for (let steps = 0; steps <= most; steps += 1) {
    trail.push(furthest);
    const next = new Map<number, number>();
    for (let diagonal = -steps; diagonal <= steps; diagonal += 2) {
      let at = startOn(diagonal, steps, furthest);
      while (at < old.length && at - diagonal < now.length && old[at] === now[at - diagonal])
        at += 1;
      next.set(diagonal, at);
      if (at >= old.length && at - diagonal >= now.length)
        return walkBack(trail, old.length, now.length);
    }
    furthest = next;
  }
  return [...old.map(() => '-' as const), ...now.map(() => '+' as const)];
}

function startOn(diagonal: number, steps: number, furthest: ReadonlyMap<number, number>): number {
  const [down, right] = [furthest.get(diagonal + 1) ?? -1, furthest.get(diagonal - 1) ?? -1];
  const isDown = diagonal === -steps || (diagonal !== steps && right < down);
  return isDown ? down : right + 1;
}

function walkBack(
  trail: readonly ReadonlyMap<number, number>[],
  oldLength: number,
  nowLength: number,
): readonly Edit['sign'][] {
  const signs: Edit['sign'][] = [];
  let [atOld, atNow] = [oldLength, nowLength];
  for (let steps = trail.length - 1; steps >= 0; steps -= 1) {
    const furthest = trail[steps] ?? new Map<number, number>();
    const diagonal = atOld - atNow;
    const from = startOn(diagonal, steps, furthest);
    const isDown =
      diagonal === -steps ||
      (diagonal !== steps &&
        (furthest.get(diagonal - 1) ?? -1) < (furthest.get(diagonal + 1) ?? -1));
    while (atOld > from && atNow > from - diagonal) {
      signs.push(' ');
      atOld -= 1;
      atNow -= 1;
    }
    if (steps === 0) break;
    signs.push(isDown ? '+' : '-');
    if (isDown) atNow -= 1;
    else atOld -= 1;
  }
  return signs.toReversed();
}

/** Groups of edits with their context; changes that are near each other are in one group. */
function hunksOf(edits: readonly Edit[]): readonly (readonly Edit[])[] {
  const hunks: (readonly [start: number, end: number])[] = [];
  for (const [at, { sign }] of edits.entries()) {
    if (sign === ' ') continue;
    const [start, end] = [Math.max(0, at - around), Math.min(edits.length, at + around + 1)];
    const last = hunks.at(-1);
    if (last !== undefined && start <= last[1]) hunks[hunks.length - 1] = [last[0], end];
    else hunks.push([start, end]);
  }
  return hunks.map(([start, end]) => edits.slice(start, end));
}

function hunkLines(edits: readonly Edit[]): readonly string[] {
  const [first] = edits;
  if (first === undefined) return [];
  const count = (sign: Edit['sign']): number => edits.filter((edit) => edit.sign !== sign).length;
  const range = (from: number, length: number): string => {
    const start = length === 0 ? from : from + 1;
    return length === 1 ? String(start) : `${start},${length}`;
  };
  const head = `@@ -${range(first.old, count('+'))} +${range(first.now, count('-'))} @@`;
  return [head, ...edits.flatMap(({ sign, line }) => `${sign}${line}`.split('\n'))];
}
