import { sqlstates } from '../../../core/failure/sqlstates.js';
import type { ServerError } from '../../../core/failure/server-error.js';
import { identifier, literal } from '../../wire/quote.js';
import { madeUpValue } from './made-up-value.js';
import type { Check, Column, ForeignKey, Table } from './read-columns.js';

/** How rows for a table are made up. It learns from the server's error at the last try. */
export class Trial {
  /** Whether triggers are left out. */
  withoutTriggers = false;
  #isBare = false;
  /** By column, how often its values were rejected. */
  readonly #steps = new Map<string, number>();

  constructor(
    readonly table: Table,
    public rows: number,
  ) {}

  /** The columns to write, each with its value over `i`. */
  get values(): ReadonlyMap<string, string> {
    const written = this.table.columns.filter(
      ({ isGiven, mayBeNull }) => !isGiven && !(this.#isBare && mayBeNull),
    );
    const values = written.flatMap((column) => {
      const value = this.#valueOf(column);
      return value === null ? [] : [[column.name, value] as const];
    });
    return new Map(values);
  }

  /** False when there is nothing left to try. */
  learnFrom({ sqlstate, constraint, where }: ServerError): boolean {
    const isCheck = sqlstate === sqlstates.checkViolation;
    if (isCheck && this.#step(constraint)) return true;
    if (where !== null && !isCheck && !this.withoutTriggers) return (this.withoutTriggers = true);
    if (sqlstate !== sqlstates.uniqueViolation && !this.#isBare) return (this.#isBare = true);
    if (this.rows === 1) return false;
    this.rows = 1;
    return true;
  }

  /** Null to leave it out. */
  #valueOf(column: Column): string | null {
    const step = this.#steps.get(column.name) ?? 0;
    if (step === 0) return madeUpValue(column);
    const candidates = this.#candidatesFor(column);
    if (step > candidates.length + 1 || candidates.length === 0) return null;
    if (step > 1) return candidates[step - 2] ?? null;
    return `(array[${candidates.join(', ')}])[1 + i % ${candidates.length}]`;
  }

  /** Values that the checks themselves name, and numbers beside them. */
  #candidatesFor({ name, type, category }: Column): readonly string[] {
    const checks = this.table.checks.filter(({ columns }) => columns.includes(name));
    const texts = checks.flatMap(({ definition }) => constantsIn(definition));
    const values = [...new Set(texts)].slice(0, 6).map((text) => `${literal(text)}::${type}`);
    return category === 'N' ? values.flatMap((value) => [value, `${value} + 1`]) : values;
  }

  /** Moves on to other values for the columns of a check. */
  #step(constraint: string | null): boolean {
    const isMeant = ({ name }: Check): boolean => name === constraint;
    const columns = this.table.checks.filter(isMeant).flatMap((check) => check.columns);
    let hasMore = false;
    for (const column of this.table.columns.filter(({ name }) => columns.includes(name))) {
      const step = this.#steps.get(column.name) ?? 0;
      if (step > this.#candidatesFor(column).length + 1) continue;
      this.#steps.set(column.name, step + 1);
      hasMore = true;
    }
    return hasMore;
  }
}

function constantsIn(definition: string): readonly string[] {
  const quoted = [...definition.matchAll(/'((?:[^']|'')*)'/g)].map(([, text = '']) =>
    text.replaceAll("''", "'"),
  );
  const bare = definition.replace(/'(?:[^']|'')*'/g, "''");
  return [
    ...quoted,
    ...[...bare.matchAll(/(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])/g)].map(([text]) => text),
  ];
}

/** Values of foreign keys are taken from the rows they refer to; if there are none yet, any value is as good. */
export function insertOf({ name, keys }: Table, { values, rows }: Trial): string {
  const used = keys.filter(({ columns }) => columns.every((column) => values.has(column)));
  const referring = new Map<string, string>();
  for (const [at, key] of used.entries()) {
    for (const [nth, column] of key.columns.entries()) {
      const referred = key.referred[nth] ?? '';
      const usual = values.get(column) ?? 'null';
      const own = values.get(referred) ?? 'null';
      const found = `f${at}.${identifier(referred)}`;
      referring.set(column, key.table === name ? own : `coalesce(${found}, ${usual})`);
    }
  }
  const columns = [...values.keys()].map(identifier).join(', ');
  const written = [...values].map(([column, value]) => referring.get(column) ?? value).join(', ');
  const joins = used.map((key, at) => (key.table === name ? '' : joinOf(key, at))).join('');
  return `insert into ${name} ${columns === '' ? '' : `(${columns})`} select ${written} from pg_catalog.generate_series(1, ${rows}) i${joins}`;
}

/** One row of the other table for each `i`, a different one as long as there are enough. */
function joinOf({ table, referred }: ForeignKey, at: number): string {
  const columns = referred.map(identifier).join(', ');
  return `
left join lateral (select ${columns} from ${table} order by ${columns}
  offset i % greatest((select pg_catalog.count(*) from ${table}), 1) limit 1) f${at} on true`;
}
