import { accepted, type Parsed, refused } from '../text/words.js';

/** A line `-- pgm:ignore`, the only header that may also come further down: see `ignoresOf`. */
export interface IgnoreLine {
  readonly rules: readonly string[];
  /** What follows `because`; null if nothing does. */
  readonly reason: string | null;
  /** Where the comment begins. */
  readonly start: number;
}

/** Headers that may be given more than once, with what each item of their lists must look like. */
const lists = {
  requires: { shape: /^[^\s/]+\/\d[^\s/]*$/, example: 'gcp/003, aws/001' },
  ignore: { shape: /^[a-z][a-z0-9-]*$/, example: 'scans-locked-table because the table is small' },
};

export function isList(word: string): boolean {
  return word in lists;
}

export function takeList(word: keyof typeof lists, rest: string, into: string[]): Parsed<null> {
  const { shape, example } = lists[word];
  const items = rest.split(',').map((item) => item.trim());
  const wrong = items.find((item) => !shape.test(item));
  if (wrong !== undefined) {
    return refused(
      `-- pgm:${word}: "${wrong}" is not valid; separate the items with commas, like this: ${example}`,
    );
  }
  const twice = items.find((item, at) => into.includes(item) || items.indexOf(item) !== at);
  if (twice !== undefined) return refused(`-- pgm:${word} names ${twice} twice; remove one`);
  into.push(...items);
  return accepted(null);
}

export function takeIgnore(rest: string, start: number, into: IgnoreLine[]): Parsed<null> {
  const [, names = '', reason = ''] = /^(.*?)(?:\s+because\b[\s:]*(.*))?$/i.exec(rest) ?? [];
  const known = into.flatMap(({ rules }) => rules);
  const all = [...known];
  const taken = takeList('ignore', names, all);
  if (taken.kind === 'accepted') {
    into.push({ rules: all.slice(known.length), reason: reason === '' ? null : reason, start });
  }
  return taken;
}

/** `line`: the whole line. */
export function takeLateIgnore(line: string, start: number, into: IgnoreLine[]): Parsed<null> {
  const rest = line.replace(/^.*?pgm:ignore[ \t]*/i, '').trimEnd();
  return takeIgnore(rest, start, into);
}
