import { type CatalogObject, nameOf } from '../../catalog/catalog.js';
import { attached, hiddenOptions } from '../parts/print-attached.js';
import {
  columnAttributes,
  columnDeclaration,
  columnName,
  columnsOf,
  columnStatements,
} from './print-columns.js';
import { type Constraints, constraintsOf } from './print-constraints.js';
import { inheritanceOf, inheritedChanges } from './print-inheritance.js';
import { foreignOptions, storageOptions } from '../parts/print-options.js';
import { createSequence, sequenceStatements, tableOf } from './print-sequences.js';
import { groupedBy } from '../../text/grouped-by.js';
import { indexes, tableParts } from './print-table-parts.js';
import { listOf, textOf } from '../parts/reading.js';
import {
  altering,
  type Group,
  isOfTable,
  making,
  type Printing,
  type Statement,
} from '../parts/statements.js';
import { commentLine } from '../parts/text.js';

/** Tables and foreign tables, each with its sequences, indexes, triggers and everything else that belongs to it. */
export function tableGroups(printing: Printing): readonly Group[] {
  const tables = [...printing.ofKind('table'), ...printing.ofKind('foreign table')];
  const sequences = groupedBy(
    printing.ofKind('sequence'),
    (sequence) => tableOf(textOf(sequence, 'owned by') ?? '', printing) ?? '',
  );
  return tables.map((table) => ({
    part: 'schema',
    schema: table.schema,
    rank: 50,
    identity: table.identity,
    statements: statementsOf(table, sequences.get(table.identity) ?? [], printing),
  }));
}

function statementsOf(
  table: CatalogObject,
  sequences: readonly CatalogObject[],
  printing: Printing,
): readonly Statement[] {
  const { identity, kind } = table;
  const word = kind === 'table' ? 'TABLE' : 'FOREIGN TABLE';
  const columns = columnsOf(table, printing);
  const constraints = constraintsOf(table, printing);
  const heirs = printing.heirsOf(identity);
  const isCircular = (column: CatalogObject): boolean =>
    column.facts['default'] !== undefined &&
    printing
      .dependenciesOf(nameOf(column))
      .some(({ on }) => !isOfTable(on, table) && printing.reaches(on, table));
  const circular = new Set(columns.filter(isCircular));
  return [
    ...sequences.flatMap((sequence) => createSequence(sequence, printing) ?? []),
    ...createTable(table, { columns, constraints, circular, sequences }, printing),
    ...[...circular].map((column) => setDefault(column, table, printing)),
    ...sequences.flatMap((sequence) => sequenceStatements(sequence, printing)),
    ...constraints.later,
    ...indexes(table, printing),
    ...attach(table, constraints.brought),
    ...attached({ object: table, word, name: identity, granted: ['TABLE', identity] }, printing),
    ...hiddenOptions(listOf(table, 'foreign options'), `foreign table ${identity}`, table),
    ...columns.flatMap((column) => columnStatements(column, word, printing, heirs)),
    ...inheritedChanges(table, columns, printing),
    ...constraints.attached,
    ...tableParts(table, printing),
  ];
}

interface Contents {
  readonly columns: readonly CatalogObject[];
  readonly constraints: Constraints;
  /** Columns whose default needs the table, directly or indirectly. */
  readonly circular: ReadonlySet<CatalogObject>;
  readonly sequences: readonly CatalogObject[];
}

function createTable(
  table: CatalogObject,
  { columns, constraints, circular, sequences }: Contents,
  printing: Printing,
): readonly Statement[] {
  const inheritance = inheritanceOf(table, columns, printing);
  const type = textOf(table, 'of type');
  const declared = inheritance.declared.map((column) => {
    if (type === null) return columnDeclaration(column, printing, circular.has(column));
    const attributes = columnAttributes(column, printing, circular.has(column));
    return attributes.length === 0
      ? null
      : `${columnName(column)} WITH OPTIONS ${attributes.join(' ')}`;
  });
  const lines = [
    ...declared.filter((line) => line !== null),
    ...constraints.inline.map(({ text }) => text),
  ];
  const body = lines.length === 0 ? '()' : `(\n    ${lines.join(',\n    ')}\n)`;
  const unlogged = textOf(table, 'persistence') === 'unlogged' ? 'UNLOGGED ' : '';
  const word = table.kind === 'table' ? `${unlogged}TABLE` : 'FOREIGN TABLE';
  const ofType = type === null ? '' : ` OF ${type}`;
  const list = type !== null && lines.length === 0 ? '' : ` ${body}`;
  const text = `CREATE ${word} ${table.identity}${ofType}${list}${inheritance.clause}${suffixes(table, printing)};`;
  const identitySequences = sequences.filter((each) => createSequence(each, printing) === null);
  const made = making(text, table, printing, [
    ...columns.filter((column) => !circular.has(column)),
    ...identitySequences,
    ...constraints.inline.flatMap(({ objects }) => objects),
  ]);
  const isOwn = new Set([...circular].map(nameOf));
  const makes = [...made.makes, ...isOwn];
  const notes = inheritance.notes.map((note) => altering(commentLine(note), table));
  return [
    { text, makes, needs: made.needs.filter((name) => !isOwn.has(name)) },
    ...notes,
    ...inheritance.after,
  ];
}

/** What follows the columns. */
function suffixes(table: CatalogObject, { quote }: Printing): string {
  const { kind } = table;
  const key = textOf(table, 'partition key');
  const method = textOf(table, 'access method');
  const options = [
    storageOptions(listOf(table, 'options')),
    storageOptions(listOf(table, 'toast options'), 'toast.'),
  ].filter((text) => text !== '');
  const tablespace = textOf(table, 'tablespace');
  return [
    kind === 'foreign table' ? ` SERVER ${quote(textOf(table, 'server') ?? '')}` : '',
    kind === 'foreign table' ? foreignOptions(listOf(table, 'foreign options'), quote) : '',
    key === null ? '' : ` PARTITION BY ${key}`,
    method === null ? '' : ` USING ${quote(method)}`,
    options.length === 0 ? '' : ` WITH (${options.join(', ')})`,
    tablespace === null ? '' : ` TABLESPACE ${quote(tablespace)}`,
  ].join('');
}

function setDefault(
  column: CatalogObject,
  table: CatalogObject,
  { dependenciesOf }: Printing,
): Statement {
  const word = table.kind.toUpperCase();
  const text = `ALTER ${word} ONLY ${table.identity} ALTER COLUMN ${columnName(column)} SET DEFAULT ${textOf(column, 'default')};`;
  return altering(
    text,
    table,
    dependenciesOf(nameOf(column)).map(({ on }) => on),
  );
}

/** A partition is attached once it has the indexes that its parent requires, so that they keep their names. */
/** `brought`: what comes with that. */
function attach(table: CatalogObject, brought: readonly CatalogObject[]): readonly Statement[] {
  const bounds = textOf(table, 'partition');
  const [parent] = listOf(table, 'parents');
  if (bounds === null || parent === undefined) return [];
  const text = `ALTER TABLE ONLY ${parent} ATTACH PARTITION ${table.identity} ${bounds};`;
  const attaching = altering(text, table, [nameOf({ kind: 'table', identity: parent })]);
  return [{ ...attaching, makes: brought.map(nameOf) }];
}
