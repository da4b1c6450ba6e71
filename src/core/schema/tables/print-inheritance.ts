import { type CatalogObject, nameOf } from '../../catalog/catalog.js';
import { columnName } from './print-columns.js';
import { byPosition, isTrue, listOf, textOf } from '../parts/reading.js';
import { altering, type Printing, type Statement } from '../parts/statements.js';

/** How a table gets the columns of its parents. */
interface Inheritance {
  /** The columns to declare. */
  readonly declared: readonly CatalogObject[];
  /** After the columns. */
  readonly clause: string;
  readonly after: readonly Statement[];
  /** If the columns cannot be created in their order. */
  readonly note: string | null;
}

/** A partition is created alone and then attached, because its columns may have another order. */
export function inheritanceOf(
  table: CatalogObject,
  columns: readonly CatalogObject[],
  printing: Printing,
): Inheritance {
  const parents = listOf(table, 'parents');
  if (parents.length === 0 || textOf(table, 'partition') !== null) {
    return { declared: columns, clause: '', after: [], note: null };
  }
  const declared = columns.filter(
    (column) => !isTrue(column, 'inherited') || isTrue(column, 'of its own too'),
  );
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
    return { declared, clause: '', after, note: null };
  }
  return {
    declared,
    clause: ` INHERITS (${parents.join(', ')})`,
    after: [],
    note: isInOrder
      ? null
      : `not loadable: the order of the columns of ${table.identity}: ${columns.map(columnName).join(', ')}`,
  };
}

function namesIn(table: string, printing: Printing): readonly string[] {
  return printing.ofTable(table, 'table column').toSorted(byPosition).map(columnName);
}

/** The differences of a column that is only inherited from that of its parent. */
export function inheritedChanges(
  table: CatalogObject,
  columns: readonly CatalogObject[],
  { ofTable }: Printing,
): readonly Statement[] {
  const parents = listOf(table, 'parents');
  if (parents.length === 0 || textOf(table, 'partition') !== null) return [];
  return columns
    .filter((column) => isTrue(column, 'inherited') && !isTrue(column, 'of its own too'))
    .flatMap((column) => {
      const name = columnName(column);
      const whole = parents
        .flatMap((parent) => ofTable(parent, 'table column'))
        .find((each) => columnName(each) === name);
      const alter = `ALTER TABLE ONLY ${table.identity} ALTER COLUMN ${name}`;
      return changesOf(column, whole).map((change) => altering(`${alter} ${change};`, column));
    });
}

function changesOf(column: CatalogObject, parent: CatalogObject | undefined): readonly string[] {
  const usual = textOf(column, 'default');
  const isOther = parent !== undefined && usual !== textOf(parent, 'default');
  const isStricter =
    isTrue(column, 'not null') && parent !== undefined && !isTrue(parent, 'not null');
  return [
    ...(isOther ? [usual === null ? 'DROP DEFAULT' : `SET DEFAULT ${usual}`] : []),
    ...(isStricter ? ['SET NOT NULL'] : []),
  ];
}
