import { describeBlockers } from '../core/blockers.js';
import type { ApplyOutcome, Blocker, FileProgress } from '../core/ports.js';
import { Transient } from '../core/errors.js';
import type { Client, Rows } from './client.js';
import type { Patience } from './patience.js';

export interface SupervisionOptions {
  /** Works on a file, for as long as that takes. */
  readonly worker: Client;
  /** Its backend on the server. */
  readonly pid: number;
  /** How long the file waits for a lock before the server gives up; 0 is for ever. */
  readonly lockTimeoutMs: number;
  /** Opens one more backend, to ask about the first. */
  readonly open: () => Promise<Client>;
  readonly onProgress: (progress: FileProgress) => void;
}

/**
 * So many looks in a row that say "gone" make it so: a dead network and a quiet one look alike at first. Ten seconds to
 * the first look, eight for it, two more and eight again: a dead way is given up within half a minute.
 */
const certainAfter = 2;
/** Of the time between two looks, how long one may take, and when the next one comes after one that said "gone". */
const lookShare = 0.8;
const doubtShare = 0.2;
/** Milliseconds; a connection takes some time however short the patience is. */
const shortestLookMs = 2_000;

export interface Supervision {
  /** Who was in the way at the last look. */
  blockers(): readonly Blocker[];
  end(): void;
}

/**
 * The watchdog over a file that is running, which has no deadline of its own. On a second connection it asks the server
 * what the first is doing: a backend that is gone, or done without our having heard of it, means that the way to it is
 * dead, and the worker is given up. Meanwhile it tells who is in the way. The first look comes half-way to the lock
 * timeout, so that who was in the way is known when the server gives up; a file that is done before costs nothing.
 */
export function supervise(options: SupervisionOptions): Supervision {
  const { worker, lockTimeoutMs } = options;
  const { lookEveryMs } = worker.patience;
  const sight = new Sight(options);
  const first = lockTimeoutMs === 0 ? lookEveryMs : Math.min(lookEveryMs, lockTimeoutMs / 2);
  const next = (): void => {
    timer = setTimeout(run, sight.isDoubtful ? lookEveryMs * doubtShare : lookEveryMs);
  };
  const run = (): void => {
    void look(options).then((seen) => {
      sight.take(seen);
      if (!ended) next();
    });
  };
  let ended = false;
  let timer = setTimeout(run, first);
  return {
    blockers: () => sight.blockers,
    end: () => {
      ended = true;
      clearTimeout(timer);
    },
  };
}

/** The server says that it waited in vain (55P03), and not for whom. */
export function withBlockers<T extends ApplyOutcome>(
  outcome: T,
  supervision: Supervision | null,
): T {
  const who = describeBlockers(supervision?.blockers() ?? []);
  if (outcome.kind !== 'failed' || outcome.error.sqlstate !== '55P03' || who === '') return outcome;
  return { ...outcome, error: { ...outcome.error, detail: `in the way: ${who}` } };
}

/** What the looks so far amount to. */
class Sight {
  blockers: readonly Blocker[] = [];
  #toldAt = performance.now();
  #suspicions = 0;
  #partsSent: number;

  constructor(readonly options: SupervisionOptions) {
    this.#partsSent = options.worker.partsSent;
  }

  get isDoubtful(): boolean {
    return this.#suspicions > 0;
  }

  take(seen: Seen): void {
    const { worker, onProgress } = this.options;
    const { lookEveryMs, tellEveryMs } = worker.patience;
    const isBeingSent = worker.partsSent > this.#partsSent;
    this.#partsSent = worker.partsSent;
    if (seen.kind === 'gone') {
      // A backend that waits for the rest of a long message is idle, however long that takes.
      this.#suspicions = isBeingSent ? 0 : this.#suspicions + 1;
      if (this.#suspicions >= certainAfter) worker.abandon(seen.reason);
      return;
    }
    this.#suspicions = 0;
    this.blockers = seen.progress.blockers;
    if (performance.now() - this.#toldAt < tellEveryMs - lookEveryMs / 2) return;
    this.#toldAt = performance.now();
    onProgress(seen.progress);
  }
}

type Seen =
  | { readonly kind: 'working'; readonly progress: FileProgress }
  | { readonly kind: 'gone'; readonly reason: string };

/** Never rejects. A look that takes too long counts as one that saw nothing, and ends by itself. */
async function look(options: SupervisionOptions): Promise<Seen> {
  const withinMs = Math.max(shortestLookMs, options.worker.patience.lookEveryMs * lookShare);
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Seen>((resolve) => {
    timer = setTimeout(resolve, withinMs, silent);
  });
  try {
    return await Promise.race([ask(options, over.signal), late]);
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

/** A connection that nobody waits for any more is given up, so that whoever comes next ends its backend. */
async function ask({ open, pid, worker }: SupervisionOptions, over: AbortSignal): Promise<Seen> {
  try {
    const side = await open();
    const giveUp = (): void => {
      side.abandon('nobody waits for it any more');
    };
    try {
      over.addEventListener('abort', giveUp);
      if (over.aborted) giveUp();
      const [rows] = await side.run(question(pid, worker.patience));
      return seenIn(rows?.[0]);
    } finally {
      over.removeEventListener('abort', giveUp);
      await side.close();
    }
  } catch (error) {
    const code = error instanceof Transient ? error.code : null;
    // Full up, or starting: the server is there and says so, which is no word against the worker.
    const answered = code !== null && /^(?:53|57P03)/.test(code);
    return answered ? stillWorking : silent;
  }
}

const silent: Seen = { kind: 'gone', reason: 'the server does not answer any more' };

const stillWorking: Seen = {
  kind: 'working',
  progress: { runningMs: 0, waitingFor: null, blockers: [], indexBuild: null },
};

/** `idle` for longer than a look ago: the server has answered, and the answer did not reach us. */
function seenIn(row: Rows[number] | undefined): Seen {
  if (row === undefined) return { kind: 'gone', reason: 'its backend is gone from the server' };
  if (row['is_idle'] === true) {
    return { kind: 'gone', reason: 'the server has answered and the answer was lost' };
  }
  const blockers = row['blockers'] as FileProgress['blockers'] | null;
  const wait = row['wait'];
  const build = row['index_build'];
  return {
    kind: 'working',
    progress: {
      runningMs: Number(row['running_ms']),
      waitingFor: typeof wait === 'string' ? wait : null,
      blockers: blockers ?? [],
      indexBuild: typeof build === 'string' ? build : null,
    },
  };
}

function question(pid: number, { lookEveryMs }: Patience): string {
  return `
select a.state like 'idle%' and a.state_change < pg_catalog.clock_timestamp() - interval '${lookEveryMs} ms' as is_idle,
  pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - a.query_start) * 1000 as running_ms,
  a.wait_event_type || ': ' || a.wait_event as wait,
  (select pg_catalog.json_agg(pg_catalog.json_build_object('pid', b.pid,
      'application', b.application_name, 'user', b.usename, 'state', b.state,
      'sinceMs', pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - b.xact_start) * 1000))
    from pg_catalog.pg_stat_activity b
    where b.pid = any (pg_catalog.pg_blocking_pids(a.pid))) as blockers,
  (select p.phase || ', ' || case when p.blocks_total > 0
      then pg_catalog.round(100.0 * p.blocks_done / p.blocks_total) || ' %' else 'under way' end
    from pg_catalog.pg_stat_progress_create_index p where p.pid = a.pid) as index_build
from pg_catalog.pg_stat_activity a where a.pid = ${pid}`;
}
