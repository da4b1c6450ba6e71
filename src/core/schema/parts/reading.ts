import type { Catalog, CatalogObject } from '../../catalog/catalog.js';
import { literal } from './text.js';

/** A catalog and what is needed to write it as SQL. */
export interface SchemaReading {
  readonly catalog: Catalog;
  /** What an object needs to exist before it, by `nameOf`; names of objects of the catalog. */
  readonly dependencies: ReadonlyMap<string, readonly Dependency[]>;
  readonly database: DatabaseFacts;
}

export interface Dependency {
  /** `nameOf` the other object. */
  readonly on: string;
  /** Whether it is a part of the other one and disappears with it. */
  readonly isPart: boolean;
}

/** What is not an object of the database, but decides how objects are written. */
export interface DatabaseFacts {
  /** 14 to 18. */
  readonly major: number;
  readonly owner: string;
  /** The owner of the schema `public` in a new database. */
  readonly ownerOfPublic: string;
  readonly isSuperuser: boolean;
  /** The names of all roles, each as an identifier. */
  readonly roles: Readonly<Record<string, string>>;
  /** Words that must be quoted to be used as names. */
  readonly keywords: readonly string[];
  /** What a new extension would have, by name. */
  readonly extensions: Readonly<Record<string, { version: string | null; comment: string | null }>>;
  /** Storage options of the indexes of constraints, by identity. */
  readonly indexOptions: Readonly<Record<string, readonly string[]>>;
}

/** An existing database. */
export interface LiveSchema {
  /** Safe to print. */
  readonly target: string;
  /** What names host and port, as for `Database`. */
  readonly serverOrigin?: string | undefined;
  /**
   * Writes nothing, so a standby will do. Throws `Transient`, `Refused` and `DatabaseMissing`, as `Database` does; `Refused`
   * also if something is not UTF-8 and none of the patterns of `ignored` leaves it out.
   */
  read(ignored: readonly string[]): Promise<SchemaReading>;
  /** Aborts a connection attempt, which then throws `Transient`. */
  breakOff(): void;
  /** Asks the server to cancel the query that is reading. */
  cancel(): void;
}

/** A fact that is a text; null if there is none. */
export function textOf({ facts }: CatalogObject, name: string): string | null {
  const fact = facts[name];
  return fact === undefined || typeof fact === 'object' ? null : String(fact);
}

/** The same as a literal. */
export function literalOf(object: CatalogObject, name: string): string | null {
  const text = textOf(object, name);
  return text === null ? null : literal(text);
}

/** A fact that is a list; empty if there is none. */
export function listOf({ facts }: CatalogObject, name: string): readonly string[] {
  const fact = facts[name];
  return Array.isArray(fact) ? fact.map(String) : [];
}

/** Whether the schema `public` has the privileges that a new database gives it. */
export function hasUsualPrivileges(schema: CatalogObject, { major }: DatabaseFacts): boolean {
  const usual = major < 15 ? 'CREATE, USAGE to PUBLIC' : 'USAGE to PUBLIC';
  return listOf(schema, 'granted').join() === usual && listOf(schema, 'revoked').length === 0;
}

/** From PostgreSQL 18 on the name of a NOT NULL, if it is not the usual one, and what else it is. */
export function notNullBy(column: CatalogObject): {
  readonly name: string;
  readonly flags: string;
} {
  const by = textOf(column, 'not null by') ?? '';
  const [, name = '', flags = ''] =
    /^(.*?)((?:(?:^|, )(?:not valid|no inherit))*)$/s.exec(by) ?? [];
  return { name, flags };
}

/** Columns in the order in which they are written. */
export function byPosition(a: CatalogObject, b: CatalogObject): number {
  return Number(a.facts['position']) - Number(b.facts['position']);
}

export function isTrue({ facts }: CatalogObject, name: string): boolean {
  return facts[name] === true;
}
