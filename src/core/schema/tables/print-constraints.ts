import { type CatalogObject, nameOf } from '../../catalog/catalog.js';
import { attached, notLoadable } from '../parts/print-attached.js';
import { storageOptions } from '../parts/print-options.js';
import { isTrue, listOf, textOf } from '../parts/reading.js';
import {
  altering,
  type Group,
  isOfTable,
  making,
  type Printing,
  type Statement,
} from '../parts/statements.js';
import { unquoted } from '../parts/text.js';

/** The constraints of a table except its foreign keys. */
export interface Constraints {
  /** Inside CREATE TABLE, each with the objects that it creates. */
  readonly inline: readonly { readonly text: string; readonly objects: readonly CatalogObject[] }[];
  /** Those that have to be added by a separate statement. */
  readonly later: readonly Statement[];
  /** Those that a partition gets when it is attached, with their indexes. */
  readonly brought: readonly CatalogObject[];
  /** Comments, and statements about the indexes. */
  readonly attached: readonly Statement[];
}

export function constraintsOf(table: CatalogObject, printing: Printing): Constraints {
  const all = printing
    .ofTable(table.identity, 'table constraint')
    .filter((constraint) => !isForeignKey(constraint));
  const isPartition = textOf(table, 'partition') !== null;
  // Constraints that are only inherited come with the parent; a partition is created alone, and needs the same ones.
  const brought = isPartition ? all.filter(isBrought) : [];
  const own = all.filter(
    (each) =>
      (isPartition && !brought.includes(each)) ||
      !isTrue(each, 'inherited') ||
      isTrue(each, 'of its own too'),
  );
  const isLater = (constraint: CatalogObject): boolean =>
    isTrue(constraint, 'not valid') || isCircular(constraint, table, printing);
  return {
    inline: own
      .filter((each) => !isLater(each))
      .toSorted((a, b) => rankOf(a) - rankOf(b))
      .map((each) => ({ text: declarationOf(each), objects: [each, ...indexOf(each, printing)] })),
    later: own.filter(isLater).map((each) => addition(each, table, printing)),
    brought: brought.flatMap((each) => [each, ...indexOf(each, printing)]),
    attached: all.flatMap((each) =>
      brought.includes(each) && !isUsuallyNamed(each)
        ? [
            altering(
              notLoadable(
                nameOf(each),
                'it comes with its table, with a name that the server chooses',
              ),
              each,
            ),
          ]
        : constraintStatements(each, printing),
    ),
  };
}

/** PostgreSQL compares no constraints that exclude: a partition that had one already would have two. */
function isBrought(constraint: CatalogObject): boolean {
  const definition = textOf(constraint, 'definition') ?? '';
  return (
    constraint.facts['part of'] !== undefined && /^EXCLUDE | WITHOUT OVERLAPS\)/.test(definition)
  );
}

/** Whether the server would choose this name, as far as its form tells. */
function isUsuallyNamed(constraint: CatalogObject): boolean {
  const name = unquoted(nameOn(constraint));
  const table = unquoted(
    (constraint.table ?? '').slice(schemaOf(constraint.table ?? '').length + 1),
  );
  return name.startsWith(`${table}_`) && /_(?:pkey|key|excl)\d*$/.test(name);
}

/** A constraint always needs its own table and columns: whether something else that it needs does so too. */
function isCircular(
  constraint: CatalogObject,
  table: CatalogObject,
  { dependenciesOf, reaches }: Printing,
): boolean {
  return dependenciesOf(nameOf(constraint)).some(
    ({ on }) => !isOfTable(on, table) && reaches(on, table),
  );
}

/** Keys first, as people write them. */
function rankOf(constraint: CatalogObject): number {
  const definition = textOf(constraint, 'definition') ?? '';
  return (
    ['PRIMARY KEY', 'UNIQUE', 'EXCLUDE'].findIndex((word) => definition.startsWith(word)) +
    4 * Number(definition.startsWith('CHECK'))
  );
}

function isForeignKey(constraint: CatalogObject): boolean {
  return textOf(constraint, 'definition')?.startsWith('FOREIGN KEY') ?? false;
}

/** `name` of an identity `name on s.table`. */
export function nameOn(object: CatalogObject): string {
  return object.identity.slice(0, -` on ${object.table ?? ''}`.length);
}

function declarationOf(constraint: CatalogObject): string {
  return `CONSTRAINT ${nameOn(constraint)} ${textOf(constraint, 'definition')}`;
}

function addition(constraint: CatalogObject, table: CatalogObject, printing: Printing): Statement {
  const word = table.kind === 'table' ? 'TABLE' : 'FOREIGN TABLE';
  const isPartitioned = table.facts['partition key'] !== undefined;
  const only = isPartitioned && isForeignKey(constraint) ? '' : 'ONLY ';
  const text = `ALTER ${word} ${only}${table.identity} ADD ${declarationOf(constraint)};`;
  const made = making(text, constraint, printing, indexOf(constraint, printing));
  return { ...made, needs: [...made.needs, nameOf(table)] };
}

/** The index of a key, which has its name and is created with it. */
export function indexOf(
  constraint: CatalogObject,
  { ofTable }: Printing,
): readonly CatalogObject[] {
  if (!/^(?:PRIMARY KEY|UNIQUE|EXCLUDE)/.test(textOf(constraint, 'definition') ?? '')) return [];
  const identity = `${schemaOf(constraint.table ?? '')}.${nameOn(constraint)}`;
  return ofTable(constraint.table ?? '', 'index').filter((index) => index.identity === identity);
}

/** The identifier of the schema in `s.table`. */
function schemaOf(identity: string): string {
  return /^(?:"(?:[^"]|"")*"|[^".]+)/.exec(identity)?.[0] ?? '';
}

function constraintStatements(constraint: CatalogObject, printing: Printing): readonly Statement[] {
  const name = `${nameOn(constraint)} ON ${constraint.table ?? ''}`;
  const [index] = indexOf(constraint, printing);
  const options =
    index === undefined ? undefined : ownOf(printing.database.indexOptions, index.identity);
  const set =
    options === undefined || index === undefined
      ? []
      : [`ALTER INDEX ${index.identity} SET (${storageOptions(options)});`];
  const enforced = textOf(constraint, 'enforced');
  const told =
    enforced === null
      ? []
      : [notLoadable(nameOf(constraint), `some of the triggers that enforce it are ${enforced}`)];
  return [
    ...[...set, ...told].map((text) => altering(text, constraint)),
    ...attached({ object: constraint, word: 'CONSTRAINT', name }, printing),
  ];
}

function ownOf<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/**
 * Foreign keys, after all tables. One that a partition has from its parent comes with it, unless the partition had it
 * before under another name; so does one from a partition of a table to the table.
 */
export function foreignKeyGroups(printing: Printing): readonly Group[] {
  const tables = [...printing.ofKind('table'), ...printing.ofKind('foreign table')];
  return tables.flatMap((table) => {
    const keys = printing
      .ofTable(table.identity, 'table constraint')
      .filter((each) => isForeignKey(each));
    const statements = keys.flatMap((key) => [
      ...(isMade(key, printing) ? [addition(key, table, printing)] : []),
      ...constraintStatements(key, printing),
    ]);
    const { identity } = table;
    return statements.length === 0
      ? []
      : [
          {
            part: 'foreign keys',
            schema: null,
            rank: listOf(table, 'parents').length === 0 ? 1 : 0,
            identity,
            statements,
          } as const,
        ];
  });
}

function isMade(key: CatalogObject, { find }: Printing): boolean {
  const whole = textOf(key, 'part of');
  if (whole === null) return true;
  // One with an identity `name on s.t to s.p` is for a partition of the referenced table.
  if (!key.identity.endsWith(` on ${key.table}`)) return false;
  const parent = find('table constraint', whole);
  return parent !== undefined && parent.table !== key.table && nameOn(parent) !== nameOn(key);
}
