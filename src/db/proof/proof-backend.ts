import type { FailedPart, ProofFile } from '../../core/proof/database/proof-database.js';
import type { Piece } from '../../core/statements/sql-reading.js';
import { endsSessions, wearOf } from '../apply/apply-file.js';
import type { Wear } from '../apply/session-wear.js';
import { attempt, placeOf, sendPiece } from '../apply/write-together.js';
import type { Client } from '../wire/client.js';
import { misreading } from '../wire/greeting.js';

/** The backend of a proof, which another one replaces when a file has worn or ended it. */
export class ProofBackend {
  #client: Client;
  readonly #open: () => Promise<Client>;
  #file: ProofFile | null = null;
  #wear: Wear = 'none';
  #mayEnd = false;
  /** DISCARD ALL does not make it what a new one would be. */
  #isWorn = false;
  #isWornByCalls = false;
  /** A file ended it. */
  #isGone = false;

  constructor(client: Client, open: () => Promise<Client>) {
    this.#client = client;
    this.#open = open;
  }

  get client(): Client {
    return this.#client;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  get isWorn(): boolean {
    return this.#isWorn || this.#isGone;
  }

  /** The file of which pieces are sent from now on. */
  take(file: ProofFile): void {
    if (file === this.#file) return;
    const { sql } = file.migration;
    this.#file = file;
    this.#wear = wearOf(sql);
    this.#mayEnd = endsSessions(sql, () => file.literals);
    this.#isWornByCalls ||= this.#wear === 'callers';
  }

  async send(sql: string, piece: Piece): Promise<FailedPart | null> {
    const client = this.#client;
    this.#isWorn ||= this.#isWornByCalls || this.#wear !== 'none';
    const place = placeOf(piece, '');
    const misread = misreading(client);
    if (misread !== null)
      return { error: misread, pieceStart: place.start, statementStart: place.start };
    const attempted = await attempt(
      place,
      () => sendPiece(client, { sql }, piece, ''),
      this.#mayEnd,
    );
    return attempted.kind === 'done' ? null : this.noting(attempted);
  }

  /** The same failure. */
  noting<T extends FailedPart>(failed: T): T {
    this.#isGone ||= failed.error.endsSession;
    return failed;
  }

  /** Its open transaction is rolled back first: one that is being closed may go on for a moment, and hold its locks. */
  async replace(): Promise<void> {
    if (!this.#isGone && !this.#client.lost) await this.#client.run('rollback', null);
    await this.#client.close();
    this.#client = await this.#open();
    this.#isWorn = false;
    this.#isGone = false;
  }
}
