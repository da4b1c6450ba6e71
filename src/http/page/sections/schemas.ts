import { countStates, type MigrationStatus } from '../../../core/run/compare.js';
import type { StatusView } from '../../../core/watch/status-view.js';
import { fold } from '../parts/fold.js';
import { type Html, markup, nothing } from '../parts/html.js';
import { shareBar } from '../parts/shares.js';
import { type ShownState, spokenSign } from '../parts/states.js';
import { asOf } from '../parts/verdict.js';
import { count, grouped } from '../../../core/text/words.js';
import { instant } from '../parts/words.js';

/** One file in the column of its schema. */
interface Cell {
  readonly key: string;
  readonly filename: string;
  readonly state: ShownState;
  /** Null before the history was read. */
  readonly status: MigrationStatus | null;
}

/** A column for each schema with a line for each file, in the order in which they are applied. */
export function schemas(view: StatusView): Html {
  const columns = bySchema(view);
  if (columns.size === 0) return nothing;
  const shown = [...columns].map(([schema, cells]) => column(schema, cells, view.at));
  return markup`<section aria-labelledby="schemas" data-key="schemas">
    <h2 id="schemas">Schemas ${asOf(view)}</h2>
    <div class="columns">${shown}</div>
  </section>`;
}

/** Before the first answer of the database, only the files of the source can be shown. */
function bySchema({ seen, snapshot }: StatusView): ReadonlyMap<string, readonly Cell[]> {
  const columns = new Map<string, Cell[]>();
  const files =
    seen?.report.statuses.map((status) => ({ ...status, status })) ??
    snapshot?.migrations.map((file) => ({ ...file, state: 'unknown' as const, status: null })) ??
    [];
  for (const { schema, key, filename, state, status } of files) {
    const column = columns.get(schema) ?? [];
    columns.set(schema, column);
    column.push({ key, filename, state, status });
  }
  return columns;
}

function column(schema: string, cells: readonly Cell[], now: number): Html {
  const isGone = cells.every(({ state }) => state === 'missing');
  const stretches = isGone ? [{ kind: 'folded' as const, cells }] : fold(cells, foldedAs, nearest);
  const lists = stretches.map(({ kind, cells: some }, at) =>
    kind === 'shown' ? list(some, now) : folded(schema, some, { at, now }),
  );
  return markup`<section class="schema" data-key="schema:${schema}" aria-label="schema ${schema}">
    <h3>${schema === '' ? '(no schema)' : schema}</h3>
    ${summary(cells)}${lists}
  </section>`;
}

/** Files that are out of order are what people look for, so they stay visible. */
function foldedAs({ state, status }: Cell): string | null {
  if (status?.outOfOrder === true || (status?.renamedFrom ?? null) !== null) return null;
  return state;
}

/** People look for what was applied last and what comes next. */
function nearest({ state }: Cell): 'start' | 'end' {
  return state === 'applied' || state === 'missing' ? 'end' : 'start';
}

function summary(cells: readonly Cell[]): Html {
  const statuses = cells.flatMap(({ status }) => (status === null ? [] : [status]));
  if (statuses.length === 0)
    return markup`<p class="tally">${count(cells.length, 'file')}, not compared yet</p>`;
  const counts = countStates(statuses);
  const present = statuses.length - counts.missing;
  return markup`<p class="tally">${grouped(counts.applied)} of ${grouped(present)} applied</p>
    ${shareBar(counts)}`;
}

function folded(
  schema: string,
  cells: readonly Cell[],
  { at, now }: { readonly at: number; readonly now: number },
): Html {
  const [first] = cells;
  const last = cells.at(-1);
  if (first === undefined || last === undefined) return nothing;
  const range = `${numberOf(first.filename)} – ${numberOf(last.filename)}`;
  return markup`<details data-key="fold:${schema}:${at}:${first.state}">
    <summary>
      ${spokenSign(first.state)} <code>${range}</code>
      <span class="aside">${grouped(cells.length)} ${first.state}</span>
    </summary>
    ${list(cells, now)}
  </details>`;
}

function list(cells: readonly Cell[], now: number): Html {
  return markup`<ol class="files">
    ${cells.map((cell) => line(cell, now))}
  </ol>`;
}

function line({ key, filename, state, status }: Cell, now: number): Html {
  return markup`<li class="file" data-key="${key}">${spokenSign(state)} <code class="key">${filename}</code> <span class="aside">${aside(state, status, now)}</span></li>`;
}

function aside(state: ShownState, status: MigrationStatus | null, now: number): Html {
  const late = status?.outOfOrder === true ? markup`<span class="late">out of order</span> ` : null;
  const row = status?.row ?? null;
  if (state !== 'applied' || row === null || row.appliedAt === null) {
    return markup`${late}${state === 'unknown' ? '' : state}`;
  }
  return markup`${late}${instant(row.appliedAt, now, true)}`;
}

/** The number is enough to find a file. */
function numberOf(filename: string): string {
  return /^\d+/.exec(filename)?.[0] ?? filename;
}
