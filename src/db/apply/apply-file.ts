import { describeBlockers } from '../../core/blockers.js';
import { Transient } from '../../core/errors.js';
import { lackedCharacter, named, ownError } from '../../core/failure/server-error.js';
import { sqlstates } from '../../core/failure/sqlstates.js';
import type { Migration, MigrationKey } from '../../core/files/migration.js';
import { printable } from '../../core/files/names.js';
import { blanked } from '../../core/text/code.js';
import type { ApplyOutcome, Work } from '../../core/ports.js';
import { failed, type Failed, type FileWork } from './write-together.js';
import { applyInTransaction, type TransactionHooks } from './apply-in-transaction.js';
import { applyOutside, type OutsideHooks } from './apply-outside.js';
import { wearingRoutines } from './hidden-settings.js';
import { readWear, type Wear } from './session-wear.js';
import type { Client } from '../wire/client.js';
import { isPassingInFile, serverErrorOf } from '../wire/errors.js';
import type { HistoryTables } from '../history/history-tables.js';
import type { Origin } from '../history/history-row.js';
import { supervise, type Supervision } from '../backend/supervise.js';

interface ApplyHooks extends OutsideHooks, Pick<TransactionHooks, 'onUnknownCommit'> {}

/** Runs one file in a clean session and records it. Throws `Transient` when the file is not the cause. */
export async function applyFile(
  tables: HistoryTables,
  work: FileWork,
  origin: Origin,
  hooks: ApplyHooks,
): Promise<ApplyOutcome> {
  const { client } = tables;
  const { onProgress, lockTimeoutMs } = work;
  let supervision: Supervision | null = null;
  const watchOver: WatchOver = (worker, pid) => {
    supervision = supervise({ worker, pid, lockTimeoutMs, side: hooks.side, onProgress });
  };
  client.onNotice = work.onNotice;
  try {
    return withBlockers(
      await applyAsJudged(tables, work, origin, { hooks, watchOver }),
      supervision,
    );
  } catch (error) {
    return unstorableName(error, work.migration);
  } finally {
    (supervision as Supervision | null)?.end();
    client.onNotice = () => undefined;
  }
}

/** The database's encoding lacks a character of the file's name, so not even the claim could be sent. Throws any other error. */
function unstorableName(error: unknown, { key }: Migration): Failed {
  const said = serverErrorOf(error);
  const character = said === null ? null : lackedCharacter(said);
  if (character === null || !key.includes(character)) throw error;
  return failed(
    ownError(
      sqlstates.untranslatableCharacter,
      `the name of the file has the character ${named(character)}, which the encoding of the database lacks, so the history cannot hold it`,
    ),
  );
}

/** Called with the backend that runs the file. */
type WatchOver = (worker: Client, pid: number) => void;

function applyAsJudged(
  tables: HistoryTables,
  work: FileWork,
  origin: Origin,
  { hooks, watchOver }: { readonly hooks: ApplyHooks; readonly watchOver: WatchOver },
): Promise<ApplyOutcome> {
  const { client } = tables;
  const { judgement } = work;
  const { side, open, onUnknownCommit, holdsRunLock, left } = hooks;
  if (judgement.kind === 'transaction') {
    const onBackend = (pid: number): void => {
      watchOver(client, pid);
    };
    return applyInTransaction(tables, { ...work, judgement }, origin, {
      onBackend,
      onUnknownCommit,
    });
  }
  // Such a file begins or ends with DISCARD ALL.
  tables.isPrepared = false;
  // Behind a pooler each statement may get a different backend; there the client's own keepalives have to suffice.
  if (!client.facts.pooled) watchOver(client, client.facts.pid);
  return applyOutside(client, { ...work, judgement }, origin, { side, open, holdsRunLock, left });
}

/** The server says that the lock wait timed out (55P03), but not who held the lock. */
function withBlockers(outcome: ApplyOutcome, supervision: Supervision | null): ApplyOutcome {
  if (outcome.kind !== 'failed' || outcome.error.sqlstate !== sqlstates.lockNotAvailable)
    return outcome;
  const who = describeBlockers(supervision?.blockers() ?? []);
  if (who === '') return outcome;
  return { ...outcome, error: { ...outcome.error, detail: `in the way: ${who}` } };
}

/**
 * The server sends 57P01 to a terminated session, and when it shuts down; then the file is tried again. It is the file's own
 * fault if it calls `pg_terminate_backend`, or if its session is terminated repeatedly.
 */
export async function countingEndings(
  endings: Map<string, number>,
  work: Work,
  apply: (mayEndSession: boolean) => Promise<ApplyOutcome>,
): Promise<ApplyOutcome> {
  const { key, checksum, sql } = work.migration;
  const file = `${key} ${checksum}`;
  const before = endings.get(file) ?? 0;
  try {
    const outcome = await apply(before >= mostEndings || endsSessions(sql, work.literals));
    if (outcome.kind === 'applied') endings.delete(file);
    return outcome;
  } catch (error) {
    if (serverErrorOf(error)?.sqlstate === sqlstates.adminShutdown) endings.set(file, before + 1);
    throw error;
  }
}

const mostEndings = 3;

/** True for a call in the code of the file, not for the name in a comment, in a string or in a GRANT. */
export function endsSessions(sql: string, literals: Work['literals']): boolean {
  if (!/pg_terminate_backend/i.test(sql)) return false;
  return callToEnd.test(blanked(sql, literals(), { start: 0, end: sql.length }));
}

const callToEnd = /(?<!\bfunction\s+(?:pg_catalog\s*\.\s*)?"?)\bpg_terminate_backend"?\s*\(/i;

/** What the server lacks (room, memory) may be what this very file uses up: whoever reads it must know which. */
export function namingFile(error: unknown, key: MigrationKey): unknown {
  const said = error instanceof Transient ? serverErrorOf(error.cause) : null;
  if (!(error instanceof Transient) || said === null) return error;
  if (said.endsSession || !isPassingInFile(said)) return error;
  const reason = `${error.reason}, said while ${printable(key)} ran`;
  return new Transient(reason, error.code, { cause: error.cause });
}

/** See `readWear`; most files have none of these words. */
export function wearOf(sql: string): Wear {
  return /set|load|alter|dblink/i.test(sql) ? readWear(sql) : 'none';
}

/** Whether files may share the session of a run, and what is known about that so far. */
export class WornSession {
  /** The last file that ran in it. */
  #file: Migration['key'] | null = null;
  #isWorn = false;
  /** Calls of a routine wear a session, and any file may call it; null: not known. */
  #byCalls: boolean | null = null;

  /** True if this file needs a new one. Asks the server once a run, when a second file comes. */
  async isWornFor({ key }: Pick<Migration, 'key'>, client: Client): Promise<boolean> {
    if (this.#file === null || this.#file === key) return false;
    if (this.#isWorn) return true;
    this.#byCalls ??= await areCallsWearing(client);
    return this.#byCalls;
  }

  begin({ key, sql }: Pick<Migration, 'key' | 'sql'>): void {
    const wear = wearOf(sql);
    if (wear === 'callers') this.#byCalls = true;
    this.#file = key;
    this.#isWorn ||= wear !== 'none';
  }

  renewed(): void {
    this.#file = null;
    this.#isWorn = false;
  }
}

/** Behind a pooler no file has a session of its own. */
async function areCallsWearing(client: Client): Promise<boolean> {
  if (client.facts.pooled) return false;
  try {
    const [rows] = await client.run(`select ${wearingRoutines} as wear`);
    return rows?.[0]?.['wear'] === true;
  } catch (error) {
    if (serverErrorOf(error) === null) throw error;
    return true;
  }
}
