import type { Runner } from '../../core/ports.js';
import type { FailedPart, ProofFile } from '../../core/proof/database/proof-database.js';
import { afterClaim, appliedMessage } from '../history/claim.js';
import type { Origin } from '../history/history-row.js';
import { HistoryTables } from '../history/history-tables.js';
import { claimIn, claimOf } from '../apply/apply-in-transaction.js';
import { refusedRecord, whyNot } from '../apply/not-recorded.js';
import { fileSettings } from '../backend/backends.js';
import type { ProofBackend } from './proof-backend.js';
import { Sequences } from './sequences.js';

export interface SessionOptions {
  readonly historySchema: string;
  readonly lockTimeoutMs: number;
  readonly runner: Runner;
}

/** The transaction of a file that is proved: it can go back, and run the file once more. */
export class ProofTransaction {
  readonly sequences = new Sequences();
  #isOpen = false;
  #begun: { readonly file: ProofFile; readonly again: boolean } | null = null;
  #transactionId = '';

  constructor(
    readonly own: ProofBackend,
    readonly options: SessionOptions,
  ) {}

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The file of which parts run from now on; a dump has too many to look at its words for each. */
  take(file: ProofFile): void {
    this.own.take(file);
    this.sequences.take(file.migration.sql);
  }

  async begin(file: ProofFile, again: boolean): Promise<void> {
    const { client } = this.own;
    const lockTimeoutMs = file.lockTimeoutMs ?? this.options.lockTimeoutMs;
    this.take(file);
    this.#begun = { file, again };
    this.#isOpen = true;
    client.settings.takeMisread();
    const { migration } = file;
    const message = again
      ? `begin; ${fileSettings(client, 'local')} set local lock_timeout = ${lockTimeoutMs}`
      : `${claimOf(client, { migration, lockTimeoutMs }, this.#origin, 'in full')}; ${afterClaim}`;
    this.#transactionId = claimIn(await client.run(message)).transactionId;
  }

  async commit(): Promise<FailedPart | null> {
    const { own, options } = this;
    const { client } = own;
    const { file } = this.#begun ?? {};
    this.#isOpen = false;
    if (file === undefined) return null;
    try {
      await client.run(appliedMessage(file.migration, this.#origin, 'in full'), null);
      return null;
    } catch (error) {
      const refused = refusedRecord(error, options.historySchema);
      if (refused.kind === 'not answered') throw error;
      if (refused.kind === 'failed') own.noting(refused);
      await this.#end();
      return refused.kind === 'failed'
        ? refused
        : whyNot(
            new HistoryTables(own.client, options.historySchema, undefined),
            this.#transactionId,
          );
    }
  }

  /** A file that fails in a run has drawn its numbers, too. */
  async rollback(): Promise<void> {
    this.#isOpen = false;
    await this.#end();
    if (this.#begun?.again === true) await this.sequences.restore(this.own.client);
  }

  async mark(): Promise<void> {
    const { client } = this.own;
    await this.sequences.mark(client);
    await client.run(savepoint);
  }

  async goBack(): Promise<void> {
    const { own } = this;
    const begun = own.isWorn ? this.#begun : null;
    if (begun === null) await own.client.run(`rollback to ${savepoint}; ${endOfSession}`, null);
    else {
      await own.replace();
      await this.begin(begun.file, begun.again);
      await own.client.run(savepoint);
    }
    await this.sequences.restore(own.client);
  }

  /** Of a backend that is gone, the transaction is too. */
  async #end(): Promise<void> {
    const { own } = this;
    if (own.isGone) await own.replace();
    else await own.client.run('rollback', null);
  }

  get #origin(): Origin {
    const { historySchema, runner } = this.options;
    return { historySchema, runner, revision: 'verify' };
  }
}

const savepoint = 'savepoint pgm_proof';

/** Rolling back does not undo these. */
const endOfSession =
  'deallocate all; close all; unlisten *; select pg_catalog.pg_advisory_unlock_all()';
