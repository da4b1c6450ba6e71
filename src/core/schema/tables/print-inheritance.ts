import { type CatalogObject, nameOf } from '../../catalog/catalog.js';
import { columnName, expressionOf } from './print-columns.js';
import { byPosition, isTrue, listOf, textOf } from '../parts/reading.js';
import { altering, type Printing, type Statement } from '../parts/statements.js';

/** How a table gets the columns of its parents. */
interface Inheritance {
  /** The columns to declare. */
  readonly declared: readonly CatalogObject[];
  /** After the columns. */
  readonly clause: string;
  readonly after: readonly Statement[];
  /** What cannot be created as it is. */
  readonly notes: readonly string[];
}

/** A partition is created alone and then attached, because its columns may have another order. */
export function inheritanceOf(
  table: CatalogObject,
  columns: readonly CatalogObject[],
  printing: Printing,
): Inheritance {
  const parents = listOf(table, 'parents');
  if (parents.length === 0 || textOf(table, 'partition') !== null) {
    return { declared: columns, clause: '', after: [], notes: [] };
  }
  const disputed = columns.filter((column) => isDisputed(column, parents, printing));
  const declared = columns
    .filter((column) => !isOnlyInherited(column) || disputed.includes(column))
    .map((column) => (disputed.includes(column) ? withDefault(column) : column));
  const order = new Set([
    ...parents.flatMap((parent) => namesIn(parent, printing)),
    ...declared.map(columnName),
  ]);
  const isInOrder = [...order].join() === columns.map(columnName).join();
  if (!isInOrder && declared.length === columns.length) {
    const after = parents.map((parent) =>
      altering(`ALTER TABLE ${table.identity} INHERIT ${parent};`, table, [
        nameOf({ kind: 'table', identity: parent }),
      ]),
    );
    return { declared, clause: '', after, notes: [] };
  }
  return {
    declared,
    clause: ` INHERITS (${parents.join(', ')})`,
    after: [],
    notes: [...(isInOrder ? [] : [noteOnOrder(table, columns)]), ...disputed.map(noteOnDispute)],
  };
}

function noteOnOrder({ identity }: CatalogObject, columns: readonly CatalogObject[]): string {
  return `not loadable: the order of the columns of ${identity}: ${columns.map(columnName).join(', ')}`;
}

function noteOnDispute({ identity }: CatalogObject): string {
  return `not loadable: that column ${identity} is only inherited: its parents differ in its default or expression`;
}

function isOnlyInherited(column: CatalogObject): boolean {
  return isTrue(column, 'inherited') && !isTrue(column, 'of its own too');
}

/** The server refuses to create a column that two parents give different values, unless the table says which it has. */
function isDisputed(
  column: CatalogObject,
  parents: readonly string[],
  printing: Printing,
): boolean {
  if (!isOnlyInherited(column)) return false;
  const above = columnsAbove(column, parents, printing);
  return ['default', 'generated'].some((fact) => {
    const values = above.flatMap((each) => textOf(each, fact) ?? []);
    return new Set(values).size > 1;
  });
}

/** Having none has to be said too. */
function withDefault(column: CatalogObject): CatalogObject {
  const { facts } = column;
  const hasOwn = facts['default'] !== undefined || facts['generated'] !== undefined;
  return hasOwn ? column : { ...column, facts: { ...facts, default: 'NULL' } };
}

function columnsAbove(
  column: CatalogObject,
  parents: readonly string[],
  { ofTable }: Printing,
): readonly CatalogObject[] {
  const name = columnName(column);
  return parents
    .flatMap((parent) => ofTable(parent, 'table column'))
    .filter((each) => columnName(each) === name);
}

function namesIn(table: string, printing: Printing): readonly string[] {
  return printing.ofTable(table, 'table column').toSorted(byPosition).map(columnName);
}

/** The differences of a column that is only inherited from that of its parent. */
export function inheritedChanges(
  table: CatalogObject,
  columns: readonly CatalogObject[],
  printing: Printing,
): readonly Statement[] {
  const parents = listOf(table, 'parents');
  if (parents.length === 0 || textOf(table, 'partition') !== null) return [];
  return columns
    .filter((column) => isOnlyInherited(column) && !isDisputed(column, parents, printing))
    .flatMap((column) => {
      const name = columnName(column);
      const [whole] = columnsAbove(column, parents, printing);
      const alter = `ALTER TABLE ONLY ${table.identity} ALTER COLUMN ${name}`;
      return changesOf(column, whole).map((change) => altering(`${alter} ${change};`, column));
    });
}

function changesOf(column: CatalogObject, parent: CatalogObject | undefined): readonly string[] {
  const usual = textOf(column, 'default');
  const expression = expressionOf(column);
  const isOther = parent !== undefined && usual !== textOf(parent, 'default');
  const isOtherwise = parent !== undefined && expression !== expressionOf(parent);
  const isStricter =
    isTrue(column, 'not null') && parent !== undefined && !isTrue(parent, 'not null');
  return [
    ...(isOther ? [usual === null ? 'DROP DEFAULT' : `SET DEFAULT ${usual}`] : []),
    ...(isOtherwise && expression !== null ? [`SET EXPRESSION AS (${expression})`] : []),
    ...(isStricter ? ['SET NOT NULL'] : []),
  ];
}
