import type { Catalog } from '../../core/catalog/catalog.js';
import type { Difference } from '../../core/catalog/compare-catalogs.js';
import { Interrupted } from '../../core/errors.js';
import type { Migration, MigrationKey, Snapshot } from '../../core/files/migration.js';
import { Authors } from '../../core/proof/second-run/authors.js';
import { type Base, changesSince, gone, missingProofs } from '../../core/proof/base.js';
import { differenceFinding } from '../../core/proof/file-findings.js';
import { withLiveFindings } from '../../core/proof/live-base.js';
import { changeFinding, failureFinding, refusalFinding } from '../../core/proof/findings.js';
import type { FileChange, Proof } from '../../core/proof/proof.js';
import type { LastWriters, ProofDatabase } from '../../core/proof/database/proof-database.js';
import type { Applied, ApplyPorts } from './apply-base.js';
import type { AgainstNew, Compared } from './compare-with-new.js';
import { proofOf, type Proved, refusedProof, secondFindings } from './proved.js';
import { readMigration } from './read-migration.js';
import { runAgain } from './run-again.js';
import { runFirst } from './run-first.js';

export interface VerifyPorts extends ApplyPorts {
  /** Makes a database for the proof. */
  readonly openProof: () => Promise<ProofDatabase>;
}

export interface VerifyOptions {
  /** How many rows tables of earlier files get, so that a statement that reads them all is seen; 0 for none. */
  readonly rows: number;
  /** Files that the database already has, as production does; null for a new one. */
  readonly base?: Base | null;
}

interface Task {
  readonly snapshot: Snapshot;
  readonly database: ProofDatabase;
  /** What was applied before; null for a new database. */
  readonly applied: Applied | null;
}

/** Proves the files of a snapshot one after the other on one database. */
export class Proving {
  readonly #proved: Proved[] = [];
  readonly #authors: Authors;
  /** Null for a new database, in which nothing was before. */
  readonly #changeOf: ((migration: Migration) => FileChange) | null;
  #whole: Catalog = { objects: [], notCompared: [] };
  /** Read when it is first needed. */
  #writers: LastWriters | null = null;
  /** True once the catalog is no longer as all files made it. */
  #hasMoved = false;
  #differences: AgainstNew['differences'] = new Map();

  constructor(
    readonly task: Task,
    readonly ports: VerifyPorts,
    readonly options: VerifyOptions,
  ) {
    const { applied, snapshot } = task;
    this.#authors = applied?.authors ?? new Authors();
    this.#changeOf = applied && changesSince(applied.inPlace, snapshot);
  }

  async prove(): Promise<void> {
    const { snapshot, database } = this.task;
    for (const migration of snapshot.migrations) {
      this.#tell(migration, this.#proved.length, 'place');
      this.#proved.push(await this.#atItsPlace(migration));
    }
    this.#whole = await database.session.catalog();
    if (this.task.applied !== null) this.#writers = await database.session.lastWriters();
    for (const [at, each] of this.#proved.entries()) {
      this.#tell(each.migration, at, 'end');
      await this.#behindAll(each, this.#whole);
    }
  }

  /** Null if a new database would be the same. */
  get compared(): Compared | null {
    const { applied, snapshot } = this.task;
    if (applied === null) return null;
    const { inPlace } = applied;
    const changes = this.#proved.map(({ migration, change }) => ({ key: migration.key, change }));
    const isSame =
      gone(inPlace, snapshot).length === 0 && changes.every(({ change }) => change === 'unchanged');
    return isSame ? null : { whole: this.#whole, authorOf: this.#authorOf, inPlace, changes };
  }

  add({ differences, failures }: AgainstNew): void {
    const base = this.options.base?.name ?? '';
    this.#differences = differences;
    for (const { migration, first, findings } of this.#proved) {
      // What a failed file did not make follows from its failure.
      if (first !== null && first.failed !== null) continue;
      const own = differences.get(migration.key);
      const failure = failures.get(migration.key);
      if (own !== undefined) findings.push(differenceFinding(base, own));
      if (failure !== undefined) findings.push(failure);
    }
  }

  get proof(): Proof {
    const { snapshot, database, applied } = this.task;
    const { base = null, rows } = this.options;
    const missing =
      applied === null ? [] : missingProofs(applied.inPlace, snapshot, this.#differences);
    const files = [
      ...snapshot.refused.map(refusedProof),
      ...this.#proved.map((each) => proofOf(each, rows > 0)),
      ...missing,
    ];
    const live = base?.live ?? null;
    return {
      revision: snapshot.revision,
      base: base?.name ?? null,
      live: live?.facts ?? null,
      serverVersion: database.serverVersion,
      files:
        live === null || applied === null
          ? files
          : withLiveFindings(files, live, applied.leftOut, snapshot),
      notCompared: this.#whole.notCompared,
    };
  }

  async #atItsPlace(migration: Migration): Promise<Proved> {
    const { session } = this.task.database;
    const change = this.#changeOf?.(migration) ?? null;
    const nothing = {
      migration,
      change,
      read: null,
      first: null,
      findings: [],
      isBehindAll: false,
    };
    if (change === 'unchanged') return nothing;
    const read = await readMigration(migration, this.ports.sqlReader);
    if (read.kind === 'refused') {
      return { ...nothing, findings: [refusalFinding(read.failure)] };
    }
    // It never runs again, even if it was edited.
    if (read.runsOnce && change === 'edited') return { ...nothing, read };
    const first = await runFirst(read, session, this.options.rows);
    if (first.failed !== null) {
      const findings = [failureFinding('fails-first-time', read, first.failed)];
      return { ...nothing, read, first, findings };
    }
    this.#authors.note(migration.key, first);
    if (read.runsOnce) {
      return { ...nothing, read, first, findings: [...first.findings] };
    }
    const again = await runAgain(read, session, null);
    const findings = [...first.findings, ...secondFindings(read, again)];
    return { ...nothing, read, first, findings };
  }

  /** A file that is not fit at its place already has its findings. */
  async #behindAll(proved: Proved, whole: Catalog): Promise<void> {
    const { read, findings, first } = proved;
    const isFit = findings.every(({ severity }) => severity === 'warning');
    if (read === null || first?.failed !== null || read.runsOnce || !isFit) return;
    proved.isBehindAll = true;
    const { session } = this.task.database;
    const again = await runAgain(read, session, this.#hasMoved ? null : whole);
    const isUnchanged = again.kind === 'ran' && again.blamed.length === 0;
    if (isUnchanged) return;
    // The work of a file outside a transaction cannot be undone.
    this.#hasMoved ||= !read.isTransaction;
    if (again.kind === 'failed') {
      findings.push(failureFinding('depends-on-order', read, again.part));
      return;
    }
    this.#writers ??= await session.lastWriters();
    for (const each of again.blamed) {
      const undone = this.#authors.lastOf(each, this.#writers, read.key);
      findings.push(changeFinding('undoes-later-file', read, each, undone));
    }
  }

  readonly #authorOf = (difference: Difference): MigrationKey | null =>
    this.#authors.of(difference, this.#writers ?? new Map());

  #tell({ key }: Migration, at: number, pass: 'place' | 'end'): void {
    if (this.ports.stop.soon.aborted) throw new Interrupted();
    const { length } = this.task.snapshot.migrations;
    const done = pass === 'place' ? at : length + at;
    this.ports.emit({ kind: 'verify-progress', key, done, of: 2 * length });
  }
}
