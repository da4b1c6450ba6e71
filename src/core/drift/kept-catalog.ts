import type { Catalog, CatalogObject } from '../catalog/catalog.js';
import type { MigrationKey } from '../files/migration.js';

/** What the history says about the catalog as the last settled run left it, without its objects. */
export interface KeptHead {
  /** The number of the document, counting up. */
  readonly id: number;
  /** The revision of the run. */
  readonly revision: string;
  /** Server time, ISO 8601. */
  readonly keptAt: string;
  /** `user@host` of the runner. */
  readonly keptBy: string;
  /** SHA-256 of the document. */
  readonly fingerprint: string;
  /** See `Glance`. */
  readonly mark: string;
  readonly progress: string;
  /** Whatever was written since has the number of this transaction or of a later one. */
  readonly transaction: number;
  /** See `LiveCatalog`. */
  readonly reader: string;
  /** Kept by this version of pgm, on this version of PostgreSQL. */
  readonly isReadAlike: boolean;
  /** The patterns of what was left out. */
  readonly ignored: readonly string[];
  /** The database differed from what was kept, and still does while the mark is the same. */
  readonly hasDrift: boolean;
}

/** The answer to the cheap query. */
export interface Glance {
  /** False if the history has no table for documents: there is no history, or an older pgm created it. */
  readonly hasTable: boolean;
  /** Null: nothing has been kept yet. */
  readonly kept: KeptHead | null;
  /**
   * A digest of who wrote each row of the catalogs: while it stays the same, so does the catalog. Empty if nothing was
   * kept to compare with, or it was not asked for.
   */
  readonly mark: string;
  /** How far the history has got: while it stays the same, no file has done anything. */
  readonly progress: string;
  /** The number that the next transaction gets. */
  readonly next: number;
}

/** An object as the files made it. */
export interface ExpectedObject extends CatalogObject {
  /** The file that gave it its form; null if that is not known, as for what existed before pgm. */
  readonly by: MigrationKey | null;
}

/** The catalog as the files made it. */
export interface ExpectedCatalog {
  readonly objects: readonly ExpectedObject[];
}

/** The live catalog. */
export interface LiveCatalog extends Pick<KeptHead, 'mark' | 'progress'> {
  readonly catalog: Catalog;
  /** Whatever was written since has the number of this transaction or of a later one. */
  readonly transaction: number;
  /**
   * The version of the server, a digest of the queries, and whether the role may see the answers to all of them. What
   * other queries read, such as those of another pgm, may differ without any change.
   */
  readonly reader: string;
  /** Which transaction last wrote each object since the one that was asked about, by kind and identity. */
  readonly writers: ReadonlyMap<string, number>;
  /** Attempts at files since the document that was asked about, oldest first. */
  readonly tries: readonly FileTry[];
}

export interface FileTry {
  readonly key: MigrationKey;
  readonly outcome: 'applied' | 'failed' | 'baselined';
  /** The transaction that recorded it: for a file in a transaction, its own. */
  readonly transaction: number;
  /** Its statements were committed one by one, before it was recorded. */
  readonly isOutside: boolean;
}

/** From where on `liveCatalog` is to say what was written and tried. */
export interface Since {
  readonly transaction: number;
  /** Of the history: see `Glance`. */
  readonly progress: string;
}

/** A document to keep. */
export interface ToKeep extends Pick<
  KeptHead,
  'id' | 'revision' | 'fingerprint' | 'mark' | 'progress' | 'transaction' | 'reader' | 'hasDrift'
> {
  readonly ignored: readonly string[];
  /** Null: the same as in the document before. */
  readonly expected: ExpectedCatalog | null;
}

/** Whether a document came into this database with a dump, and whether a restore seems to be going on right now. */
export type Restored = 'no' | 'busy' | 'quiet';

/** What a session can be asked about the catalog. */
export interface CatalogQuestions {
  /** Reads no objects; takes some 10 ms for 500 tables, nearly all of it for the mark: without it, the mark is empty. */
  glance(without?: 'without mark'): Promise<Glance>;
  /** Null if the document is gone because more than five have been kept since. */
  expectedCatalog(id: number): Promise<ExpectedCatalog | null>;
  /**
   * Reads all objects; takes a second for 500 tables. Throws `Refused` if some are not UTF-8 and none of the patterns leaves
   * them out.
   */
  liveCatalog(since: Since | null, ignored: readonly string[]): Promise<LiveCatalog>;
  /** The same since a document; null, without reading any object, if the mark is still that of the document. */
  changedCatalog(kept: KeptHead, ignored: readonly string[]): Promise<LiveCatalog | null>;
  /** Keeps the last five. False if another runner was faster. */
  keepCatalog(kept: ToKeep): Promise<boolean>;
  restored(kept: Pick<KeptHead, 'transaction'>): Promise<Restored>;
}

/** As text, one object a line. */
export function documentOfExpected({ objects }: ExpectedCatalog): string {
  return objects
    .map(({ kind, identity, schema, table, facts, by }) =>
      JSON.stringify([kind, identity, schema, table, facts, by]),
    )
    .join('\n');
}

export function expectedIn(document: string): ExpectedCatalog {
  if (document === '') return { objects: [] };
  const objects = document.split('\n').map((line): ExpectedObject => {
    const [kind, identity, schema, table, facts, by] = JSON.parse(line) as Stored;
    return { kind, identity, schema, table, facts, by };
  });
  return { objects };
}

type Stored = [
  kind: string,
  identity: string,
  schema: string | null,
  table: string | null,
  facts: CatalogObject['facts'],
  by: MigrationKey | null,
];
