import { systemClock } from '../../../src/library/open/compose.js';
import type { DriftLook } from '../../../src/core/drift/drift.js';
import type { PgmEvent } from '../../../src/core/events.js';
import { CatalogKeeper } from '../../../src/operations/drift/keeper.js';
import { lookAtDrift } from '../../../src/operations/drift/look.js';
import { createSqlReader } from '../../../src/sql/read-sql.js';
import { databasePort, type Ran, startFiles, type Target } from '../../support/run.js';

export interface KeptRuns {
  readonly events: readonly PgmEvent[];
  /** A run that keeps the catalog at its end. */
  run(files: Readonly<Record<string, string>>): Promise<Ran>;
  /** One whose pgm is gone before it could. */
  runWithoutKeeping(files: Readonly<Record<string, string>>): Promise<Ran>;
  look(ignored?: readonly string[], known?: string): Promise<DriftLook>;
  /** What differs: `unknown index public.by_hand`, `different table public.t (owner)`. */
  drift(): Promise<readonly string[]>;
}

/** Runs and looks, as `pgm migrate` and `pgm drift` do, on a database with a history. */
export function keptRuns(target: Target, ignored: readonly string[] = []): KeptRuns {
  const events: PgmEvent[] = [];
  const database = databasePort(target);
  const emit = (event: PgmEvent) => events.push(event);
  const ports = { database, clock: systemClock, emit, sqlReader: createSqlReader() };
  const run = async (files: Readonly<Record<string, string>>, keep: boolean): Promise<Ran> => {
    const keeper = new CatalogKeeper(ports, { timeoutMs: 60_000, ignored });
    const running = startFiles(files, target, {
      keeper,
      afterwards: async (_, session) => {
        if (keep) await keeper.afterRun(new AbortController().signal, session);
      },
    });
    return { report: await running.finished, events: running.events };
  };
  const look = async (more: readonly string[] = [], known?: string): Promise<DriftLook> => {
    const session = await database.connect();
    try {
      return await lookAtDrift(session, { ignored: more, known: known ?? null });
    } finally {
      await session.close();
    }
  };
  return {
    events,
    run: (files) => run(files, true),
    runWithoutKeeping: (files) => run(files, false),
    look,
    drift: async () => linesOf(await look()),
  };
}

export function linesOf(look: DriftLook): readonly string[] {
  if (look.kind !== 'compared') throw new Error(`the look found: ${look.kind}`);
  return look.items.map((item) => {
    const { kind, identity } = item.object;
    const facts = item.kind === 'different' ? item.facts.map(({ name }) => name).join(', ') : '';
    const by = item.kind === 'unknown' || item.by === null ? '' : ` by ${item.by}`;
    return `${item.kind} ${kind} ${identity}${facts === '' ? '' : ` (${facts})`}${by}`;
  });
}
