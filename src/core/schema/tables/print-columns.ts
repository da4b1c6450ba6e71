import type { CatalogObject } from '../../catalog/catalog.js';
import { attached, hiddenOptions, notLoadable } from '../parts/print-attached.js';
import { foreignOptions, storageOptions } from '../parts/print-options.js';
import { byPosition, isTrue, listOf, literalOf, notNullBy, textOf } from '../parts/reading.js';
import { sequenceOptions } from './print-sequences.js';
import { altering, type Printing, type Statement } from '../parts/statements.js';
import { clause, unquoted } from '../parts/text.js';

/** The columns of a table or a view, in their order. */
export function columnsOf(
  { kind, identity }: CatalogObject,
  { ofTable }: Printing,
): readonly CatalogObject[] {
  return ofTable(identity, `${kind} column`).toSorted(byPosition);
}

/** The identifier of a column. */
export function columnName({ identity, table }: CatalogObject): string {
  return identity.slice((table ?? '').length + 1);
}

/** The type of a column, with its collation unless that is the type's own. */
export function typeOf(column: CatalogObject): string {
  return [textOf(column, 'type') ?? '', ...clause('COLLATE', textOf(column, 'collation'))].join(
    ' ',
  );
}

/** The declaration of a column in CREATE TABLE. `withoutDefault`: the default is set later. */
export function columnDeclaration(
  column: CatalogObject,
  printing: Printing,
  withoutDefault: boolean,
): string {
  const words = [
    columnName(column),
    `${textOf(column, 'type') ?? ''}${foreignOptions(listOf(column, 'foreign options'), printing.quote)}`,
    ...clause('COLLATE', textOf(column, 'collation')),
    ...columnAttributes(column, printing, withoutDefault),
  ];
  return words.join(' ');
}

/** What follows the type of a column. */
export function columnAttributes(
  column: CatalogObject,
  printing: Printing,
  withoutDefault: boolean,
): readonly string[] {
  const expression = expressionOf(column);
  const isStored = textOf(column, 'generated')?.endsWith(' stored') === true;
  return [
    ...(withoutDefault ? [] : clause('DEFAULT', textOf(column, 'default'))),
    ...(expression === null
      ? []
      : [`GENERATED ALWAYS AS (${expression}) ${isStored ? 'STORED' : 'VIRTUAL'}`]),
    ...identityOf(column, printing),
    ...notNull(column, printing).inline,
  ];
}

/** What a generated column is computed from; null for others. */
export function expressionOf(column: CatalogObject): string | null {
  return /^(.*) (?:stored|virtual)$/s.exec(textOf(column, 'generated') ?? '')?.[1] ?? null;
}

/** A partition has the sequence of its parent. */
function identityOf(column: CatalogObject, { ownedBy, quote }: Printing): readonly string[] {
  const always = textOf(column, 'identity');
  if (always === null) return [];
  const sequence = ownedBy(column.identity);
  if (sequence === undefined) return [];
  const options = sequenceOptions(sequence);
  const isUsual = isUsualName(sequence, column, quote);
  const all = isUsual ? options : [`SEQUENCE NAME ${sequence.identity}`, ...options];
  const list = all.length === 0 ? '' : ` (${all.join(' ')})`;
  return [`GENERATED ${always === 'always' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY${list}`];
}

/** Whether the server would choose this name: names that need quotes or are long are always written. */
function isUsualName(
  { identity }: CatalogObject,
  column: CatalogObject,
  quote: (name: string) => string,
): boolean {
  const usual = `${column.table ?? ''}_${columnName(column)}_seq`;
  const bare = usual.slice(usual.lastIndexOf('.') + 1);
  return (
    !usual.includes('"') && bare.length <= longestName && quote(bare) === bare && usual === identity
  );
}

const longestName = 63;

/** NOT NULL for the declaration or, if it is not valid, as a later statement. */
export function notNull(column: CatalogObject, { quote, isNameOfNotNull }: Printing) {
  if (column.facts['not null'] !== true) return { inline: [], later: [] };
  const { name: own, flags } = notNullBy(column);
  const usual = usualNotNull(column);
  const isNamed =
    isNameOfNotNull(column.schema, usual) || textOf(column, 'not null comment') !== null;
  const name = own === '' && isNamed ? usual : own;
  const constraint = name === '' ? '' : `CONSTRAINT ${quote(name)} `;
  const suffix = flags.includes('no inherit') ? ' NO INHERIT' : '';
  if (!flags.includes('not valid'))
    return { inline: [`${constraint}NOT NULL${suffix}`], later: [] };
  return {
    inline: [],
    later: [`ADD ${constraint}NOT NULL ${columnName(column)}${suffix} NOT VALID`],
  };
}

/** The comment on a NOT NULL. `of`: what it belongs to, in COMMENT ON CONSTRAINT. */
export function commentOnNotNull(
  object: CatalogObject,
  of: string,
  { quote, find }: Printing,
): readonly Statement[] {
  const text = literalOf(object, 'not null comment');
  if (text === null) return [];
  const table = find('table', object.table ?? '');
  const isOnlyInherited = isTrue(object, 'inherited') && !isTrue(object, 'of its own too');
  if (isOnlyInherited && table?.facts['partition'] === undefined) {
    const what = `the comment on the NOT NULL of column ${object.identity}`;
    return [altering(notLoadable(what, 'it is inherited, with a name of its own'), object)];
  }
  const name = notNullBy(object).name || usualNotNull(object);
  return [altering(`COMMENT ON CONSTRAINT ${quote(name)} ON ${of} IS ${text};`, object)];
}

/** The name that the server chooses if no other constraint of the schema has it: `t_c_not_null` of `s.t.c`. */
function usualNotNull({ identity }: CatalogObject): string {
  const [, ...names] = identity.match(/"(?:[^"]|"")*"|[^".]+/g) ?? [];
  return [...names.map(unquoted), 'not_null'].join('_').slice(0, longestName);
}

/**
 * The statements about a column after the one that created it. `word`: for its table. `heirs`: names of the tables that
 * inherit it; what they would take over, each says of its own column, so it comes after all of them are created.
 */
export function columnStatements(
  column: CatalogObject,
  word: string,
  printing: Printing,
  heirs: readonly string[] = [],
): readonly Statement[] {
  const { table } = column;
  const name = columnName(column);
  const only = word === 'TABLE' || word === 'FOREIGN TABLE' ? 'ONLY ' : '';
  const alter = `ALTER ${word} ${only}${table}`;
  const options = listOf(column, 'options');
  const changes = [
    ...clause('SET STATISTICS', textOf(column, 'statistics')),
    ...(options.length === 0 ? [] : [`SET (${storageOptions(options)})`]),
  ].map((change) => altering(`${alter} ALTER COLUMN ${name} ${change};`, column));
  const inheritable = [
    ...clause('SET STORAGE', textOf(column, 'storage')?.toUpperCase() ?? null),
    ...clause('SET COMPRESSION', textOf(column, 'compression')),
  ].map((change) => altering(`${alter} ALTER COLUMN ${name} ${change};`, column, heirs));
  const later = notNull(column, printing).later.map((text) =>
    altering(`${alter} ${text};`, column),
  );
  const subject = { object: column, word: 'COLUMN', name: column.identity };
  return [
    ...changes,
    ...inheritable,
    ...later,
    ...commentOnNotNull(column, table ?? '', printing),
    ...hiddenOptions(listOf(column, 'foreign options'), `column ${column.identity}`, column),
    ...attached(
      { ...subject, granted: ['TABLE', table ?? ''], column: name, hasNoOwn: true },
      printing,
    ),
  ];
}
