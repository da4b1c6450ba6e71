import type { Blocker, FileProgress } from '../../core/blockers.js';
import { Transient } from '../../core/errors.js';
import type { Client } from '../wire/client.js';
import type { Patience } from '../wire/patience.js';
import type { Rows } from '../wire/driver.js';

interface SupervisionOptions {
  /** Runs a file, for as long as that takes. */
  readonly worker: Client;
  /** Its backend on the server. */
  readonly pid: number;
  /** How long the file waits for a lock before the server gives up; 0 waits forever. */
  readonly lockTimeoutMs: number;
  /** The backend to ask about the first; a new one if the last was lost. */
  readonly side: () => Promise<Client>;
  readonly onProgress: (progress: FileProgress) => void;
}

/**
 * How many checks in a row must say "gone": a dead network and a slow one look alike at first. Ten seconds to the first
 * check, eight for it, two more and eight again: a dead connection is given up within half a minute.
 */
const certainAfter = 2;
/** When the next check follows one that said "gone", as a share of the interval between two checks. */
const doubtShare = 0.2;

export interface Supervision {
  /** Who was blocking the file at the last check. */
  blockers(): readonly Blocker[];
  end(): void;
}

/**
 * The watchdog over a running file, which has no deadline of its own. On the second connection it asks the server what the
 * first is doing: a backend that is gone, or finished without our hearing of it, means that the connection is dead, and the
 * worker is given up. Meanwhile it reports who is blocking. The first check comes when the file is due to be reported, or
 * halfway to the lock timeout, so that the blockers are known when the server gives up; a file that finishes earlier costs
 * nothing. The running time is taken from our own clock, which needs no answer of the server.
 */
export function supervise(options: SupervisionOptions): Supervision {
  const { lockTimeoutMs } = options;
  const sight = new Sight(options);
  const first = lockTimeoutMs === 0 ? sight.nextMs : Math.min(sight.nextMs, lockTimeoutMs / 2);
  const next = (): void => {
    timer = setTimeout(run, sight.nextMs);
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

/** The result of the checks so far. */
class Sight {
  blockers: readonly Blocker[] = [];
  readonly #since = performance.now();
  #suspicions = 0;
  #wasSending = false;

  constructor(readonly options: SupervisionOptions) {}

  /** Milliseconds to the next check. */
  get nextMs(): number {
    const { lookEveryMs, tellAfterMs } = this.options.worker.patience;
    if (this.#suspicions > 0) return lookEveryMs * doubtShare;
    // A timer may be a millisecond early.
    const untilTold = Math.ceil(tellAfterMs - this.#runningMs) + 1;
    return untilTold > 1 ? Math.min(lookEveryMs, untilTold) : lookEveryMs;
  }

  get #runningMs(): number {
    return performance.now() - this.#since;
  }

  take(seen: Seen): void {
    const { worker, onProgress } = this.options;
    const isBeingSent = this.#wasSending || worker.isSending;
    this.#wasSending = worker.isSending;
    if (seen.kind !== 'working') {
      // A backend that waits for the rest of a long message is idle, however long that takes.
      this.#suspicions = seen.kind === 'idle' && isBeingSent ? 0 : this.#suspicions + 1;
      if (this.#suspicions >= certainAfter) worker.abandon(seen.reason);
      return;
    }
    this.#suspicions = 0;
    this.blockers = seen.progress.blockers;
    const runningMs = this.#runningMs;
    if (runningMs >= worker.patience.tellAfterMs) onProgress({ ...seen.progress, runningMs });
  }
}

type Seen =
  | { readonly kind: 'working'; readonly progress: Omit<FileProgress, 'runningMs'> }
  | { readonly kind: 'idle' | 'gone'; readonly reason: string };

/** Never rejects. A check that takes too long counts as unanswered, and ends by itself. */
async function look(options: SupervisionOptions): Promise<Seen> {
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Seen>((resolve) => {
    timer = setTimeout(resolve, options.worker.patience.lookMs, silent);
  });
  try {
    return await Promise.race([ask(options, over.signal), late]);
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

/** A connection that does not answer is given up, with the run lock: the next check needs one that does. */
async function ask({ side, pid, worker }: SupervisionOptions, over: AbortSignal): Promise<Seen> {
  try {
    const client = await side();
    if (over.aborted) return silent;
    const giveUp = (): void => {
      client.abandon('it does not answer');
    };
    try {
      over.addEventListener('abort', giveUp);
      const [rows] = await client.run(question(pid, worker.patience));
      return seenIn(rows?.[0]);
    } finally {
      over.removeEventListener('abort', giveUp);
    }
  } catch (error) {
    const code = error instanceof Transient ? error.code : null;
    // Too many connections, or starting up: the server answers, so this says nothing against the worker.
    const answered = code !== null && /^(?:53|57P03)/.test(code);
    return answered ? stillWorking : silent;
  }
}

const silent: Seen = { kind: 'gone', reason: 'the server does not answer any more' };

const stillWorking: Seen = {
  kind: 'working',
  progress: { waitingFor: null, blockers: [], indexBuild: null },
};

/** `idle` for longer than one interval: the server has answered, and the answer did not reach us. */
function seenIn(row: Rows[number] | undefined): Seen {
  if (row === undefined) return { kind: 'gone', reason: 'its backend is gone from the server' };
  if (row['is_idle'] === true) {
    return { kind: 'idle', reason: 'the server has answered and the answer was lost' };
  }
  const blockers = row['blockers'] as FileProgress['blockers'] | null;
  const wait = row['wait'];
  const build = row['index_build'];
  return {
    kind: 'working',
    progress: {
      waitingFor: typeof wait === 'string' ? wait : null,
      blockers: blockers ?? [],
      indexBuild: typeof build === 'string' ? build : null,
    },
  };
}

function question(pid: number, { lookEveryMs }: Patience): string {
  return `
select a.state like 'idle%' and a.state_change < pg_catalog.clock_timestamp() - interval '${lookEveryMs} ms' as is_idle,
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
