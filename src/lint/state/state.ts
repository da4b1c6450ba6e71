import type { Name, ObjectKind } from '../../core/grammar/names.js';
import type { Statement, StatementOf } from '../../core/grammar/statement.js';
import { Catalog } from './catalog.js';
import type {
  FileLocks,
  HeldLock,
  Index,
  Known,
  KnownObject,
  Origin,
  Relation,
} from '../known/known.js';
import { locksOf } from '../known/locks/locks.js';
import { longWork } from '../known/locks/long-work.js';
import { runBy } from '../known/whole-file.js';
import { settingsIn } from './settings-in.js';
import { takeCreated } from './take-objects.js';
import { takeStatement } from './take-statement.js';

/** What is known about the database while the files are read. */
export class State implements Known {
  readonly settings = new Map<string, readonly string[] | null>();
  readonly locks: HeldLock[] = [];
  readonly earlier: FileLocks[] = [];
  runsUnknown = false;
  readonly #catalog = new Catalog((name) => this.qualified(name));
  #file: Origin = { file: '', isDeployed: false, runsOnce: false };
  #keepsLocks = true;

  /** `keepsLocks`: the file is one transaction. */
  beginFile(file: Origin, keepsLocks: boolean): void {
    if (this.locks.length > 1 && !this.#file.isDeployed)
      this.earlier.push({ file: this.#file.file, locks: [...this.locks] });
    this.#file = file;
    this.#keepsLocks = keepsLocks;
    this.#catalog.endSession();
    this.settings.clear();
    this.locks.length = 0;
  }

  /** Takes in what a statement of the file does; `command`: its name in messages. */
  take(statement: Statement, command: string): void {
    for (const write of statement.writes) this.take(write, command);
    for (const nested of runBy(statement)) this.take(nested.statement, command);
    this.takeAlone(statement, command);
  }

  /** Without what its WITH or DO block runs. */
  takeAlone(statement: Statement, command: string): void {
    if (this.#keepsLocks) this.#lock(statement, command);
    this.runsUnknown ||= runsUnknown(statement);
    if (statement.creates !== null) takeCreated(statement.creates, this.#catalog, this.#file);
    if (statement.kind === 'set') this.#set(statement);
    else if (statement.kind === 'select')
      for (const { name, values } of settingsIn(statement.query)) this.settings.set(name, values);
    else takeStatement(statement, this.#catalog, this.#file);
  }

  #set({ name, values }: StatementOf<'set'>): void {
    if (name !== 'all') this.settings.set(name, values);
    else {
      this.settings.clear();
      // pgm has set it for the file: it is gone too.
      this.settings.set('lock_timeout', null);
    }
  }

  #lock(statement: Statement, command: string): void {
    const isBackfill =
      /^(?:update|delete|merge)$/.test(statement.kind) && longWork(statement, this) !== null;
    for (const { table, mode } of locksOf(statement)) {
      if (this.isNew(table)) continue;
      const lock = { table: this.qualified(table), mode, at: statement.at, command, isBackfill };
      if (!this.locks.some((held) => isAlike(held, lock))) this.locks.push(lock);
    }
  }

  relation(name: Name): Relation | null {
    return this.#catalog.relation(name);
  }

  relations(): Iterable<Relation> {
    return this.#catalog.relations.values();
  }

  altered(): Iterable<Relation> {
    return this.#catalog.strangers.values();
  }

  shapeOf(table: Name): Relation | null {
    return this.relation(table) ?? this.#catalog.strangers.get(this.qualified(table)) ?? null;
  }

  index(name: Name): Index | null {
    return this.#catalog.indexes.find(this.qualified(name));
  }

  indexesOf(table: Name): readonly Index[] {
    return this.#catalog.indexes.of(this.#catalog.placeOf(table));
  }

  object(kind: ObjectKind, name: Name, on: Name | null = null): KnownObject | null {
    return this.#catalog.objects.get(this.#catalog.keyOf(kind, name, on)) ?? null;
  }

  isNew(table: Name): boolean {
    const relation = this.#catalog.relation(table);
    if (relation === null) return false;
    return relation.persistence === 'temporary' || !relation.isDeployed;
  }

  droppedBy(kind: ObjectKind, name: Name, on: Name | null = null): Origin | null {
    return this.#catalog.droppedBy(kind, name, on);
  }

  filledBy(table: Name, column: string): Origin | null {
    return this.#catalog.filled.get(`${this.qualified(table)}.${column}`) ?? null;
  }

  qualified({ schema, name }: Name): string {
    return `${schema ?? this.#searchPath()}.${name}`;
  }

  #searchPath(): string {
    const path = this.settings.get('search_path') ?? [];
    return (
      path.find((schema) => schema !== '' && schema !== '$user' && !schema.startsWith('pg_')) ??
      'public'
    );
  }
}

function isAlike(one: HeldLock, other: HeldLock): boolean {
  return (
    one.table === other.table && one.mode === other.mode && one.isBackfill === other.isBackfill
  );
}

function runsUnknown({ kind, body }: Statement): boolean {
  if (body === null) return kind === 'execute';
  return body.unread !== null || body.statements.some(({ statement }) => runsUnknown(statement));
}
