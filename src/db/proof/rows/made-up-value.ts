import { literal } from '../../wire/quote.js';

/** A column to make up values for. */
export interface ValueType {
  /** For a domain, its base type: `numeric(12,2)`. */
  readonly type: string;
  /** The letter of its `typcategory`. */
  readonly category: string;
  /** The most characters it takes; null without a limit. */
  readonly length: number | null;
  /** The first value of an enum. */
  readonly label: string | null;
  /** How many attributes a composite type has; 0 for any other. */
  readonly attributes: number;
}

/** An expression over `i`, from 1 to the number of rows: a different value for each, if the type has enough. */
export function madeUpValue(column: ValueType): string {
  const { type, category, length, label, attributes } = column;
  if (label !== null) return `${literal(label)}::${type}`;
  if (attributes > 0) return `${literal(`(${','.repeat(attributes - 1)})`)}::${type}`;
  const own = byName.find(([pattern]) => pattern.test(type))?.[1];
  if (own !== undefined) return own(type);
  const text = length === null ? `'pgm ' || i` : `pg_catalog.right(i::text, ${length})`;
  if (category === 'S') return `(${text})::${type}`;
  return byCategory[category]?.(type) ?? `i::text::${type}`;
}

const of =
  (value: string) =>
  (type: string): string =>
    `(${value})::${type}`;

/** The types whose category letter says too little. */
const byName: readonly (readonly [RegExp, (type: string) => string])[] = [
  [/^smallint$/, of('i % 32767')],
  [/^numeric\(/, numberOf],
  [/^date$/, of(`date '2026-01-01' + i`)],
  [/^uuid$/, of('pg_catalog.md5(i::text)')],
  [/^jsonb?$/, of(`'{}'`)],
  [/^bytea$/, () => `pg_catalog.convert_to(i::text, 'UTF8')`],
  [/^"char"$/, of(`pg_catalog.chr(97 + i % 26)`)],
  [/^bit varying$/, of('i::bit(32)')],
  [/^bit/, (type) => `i::bit${/\(\d+\)/.exec(type)?.[0] ?? '(1)'}`],
  [/^xml$/, of(`'<v>' || i || '</v>'`)],
  [/^macaddr$/, of(`pg_catalog.lpad(pg_catalog.to_hex(i), 12, '0')`)],
  [/^macaddr8$/, of(`pg_catalog.lpad(pg_catalog.to_hex(i), 16, '0')`)],
  [/^tsvector$|^tsquery$/, of(`'w' || i`)],
  [/^pg_lsn$/, of(`'0/' || pg_catalog.to_hex(i)`)],
  [/^jsonpath$/, of(`'$'`)],
  [/^point$/, () => 'pg_catalog.point(i, i)'],
  [/^line$/, of(`'{1,-1,0}'`)],
  [/^(lseg|box|path|polygon)$/, of(`'(0,0),(1,1)'`)],
  [/^circle$/, of(`'<(0,0),1>'`)],
  [/multirange$/, of(`'{}'`)],
];

const byCategory: Readonly<Record<string, (type: string) => string>> = {
  N: of('i'),
  B: () => 'i % 2 = 0',
  D: of(`timestamptz '2026-01-01 00:00:00Z' + i * interval '1 minute'`),
  T: of(`i * interval '1 minute'`),
  A: of(`'{}'`),
  R: of(`'empty'`),
  I: of(`'10.' || i / 65536 || '.' || i / 256 % 256 || '.' || i % 256`),
};

/** Whole numbers if they fit, as other tables may refer to them. */
function numberOf(type: string): string {
  const [, precision = '', scale = '0'] = /\((\d+),?(-?\d+)?\)/.exec(type) ?? [];
  const digits = Number(precision) - Number(scale);
  return digits >= 6 ? `i::${type}` : `(i / 1e${scale})::${type}`;
}
