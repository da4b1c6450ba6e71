import type { Name, ObjectKind } from '../../core/grammar/names.js';
import type { Statement, StatementOf } from '../../core/grammar/statement.js';
import { Catalog } from './catalog.js';
import type { HeldLock, Index, Known, KnownObject, Origin, Relation } from '../known/known.js';
import { locksOf } from '../known/locks.js';
import { takeCreated } from './take-objects.js';
import { takeStatement } from './take-statement.js';

/** What is known of the database, as the files go by. */
export class State implements Known {
  readonly settings = new Map<string, readonly string[] | null>();
  readonly locks: HeldLock[] = [];
  readonly #catalog = new Catalog((name) => this.qualified(name));
  #file: Origin = { file: '', isDeployed: false, runsOnce: false };
  #keepsLocks = true;

  /** `knowsDeployed`: it is known what is deployed; else each file before the one at hand is taken for it. */
  constructor(readonly knowsDeployed: boolean) {}

  /** `keepsLocks`: the file is one transaction. */
  beginFile(file: Origin, keepsLocks: boolean): void {
    this.#file = file;
    this.#keepsLocks = keepsLocks;
    this.#catalog.endSession();
    this.settings.clear();
    this.locks.length = 0;
  }

  /** Takes in what a statement of the file does; `command`: its name in messages. */
  take(statement: Statement, command: string): void {
    if (this.#keepsLocks) this.#lock(statement, command);
    this.#take(statement);
    for (const write of statement.writes) this.take(write, command);
    if (statement.kind !== 'do' && statement.kind !== 'execute') return;
    for (const nested of statement.body?.statements ?? []) this.take(nested.statement, command);
  }

  #take(statement: Statement): void {
    if (statement.creates !== null) takeCreated(statement.creates, this.#catalog, this.#file);
    if (statement.kind === 'set') this.#set(statement);
    else takeStatement(statement, this.#catalog, this.#file);
  }

  #set({ name, values }: StatementOf<'set'>): void {
    if (name === 'all') this.settings.clear();
    else this.settings.set(name, values);
  }

  #lock(statement: Statement, command: string): void {
    for (const { table, mode } of locksOf(statement)) {
      if (this.isNew(table)) continue;
      this.locks.push({ table: this.qualified(table), mode, at: statement.at, command });
    }
  }

  relation(name: Name): Relation | null {
    return this.#catalog.relation(name);
  }

  index(name: Name): Index | null {
    return this.#catalog.indexes.get(this.qualified(name)) ?? null;
  }

  indexesOf(table: Name): readonly Index[] {
    const key = this.qualified(table);
    const schema = key.slice(0, key.length - table.name.length - 1);
    return this.#catalog.indexesOf(this.relation(table) ?? { schema, name: table.name });
  }

  object(kind: ObjectKind, name: Name, on: Name | null = null): KnownObject | null {
    return this.#catalog.objects.get(this.#catalog.keyOf(kind, name, on)) ?? null;
  }

  isNew(table: Name): boolean {
    const relation = this.#catalog.relation(table);
    if (relation === null) return false;
    if (relation.persistence === 'temporary') return true;
    if (this.knowsDeployed) return !relation.isDeployed;
    return relation.file === this.#file.file;
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
