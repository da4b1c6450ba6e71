import { type CatalogObject, nameOf } from '../../catalog/catalog.js';
import { attached } from '../parts/print-attached.js';
import { columnName, columnsOf, columnStatements, typeOf } from './print-columns.js';
import { storageOptions } from '../parts/print-options.js';
import { reachable } from '../parts/printing.js';
import { isTrue, listOf, textOf } from '../parts/reading.js';
import { indexes, tableParts } from './print-table-parts.js';
import {
  altering,
  type Group,
  groupsOf,
  making,
  type Printing,
  type Statement,
} from '../parts/statements.js';
import { clause } from '../parts/text.js';

/** Views and materialized views; the latter are filled at the end, when all functions exist. */
export function viewGroups(printing: Printing): readonly Group[] {
  const groups = (kind: string, rank: number): readonly Group[] =>
    groupsOf(kind, ['schema', rank], statementsOf, printing);
  return [...groups('view', 60), ...groups('materialized view', 61), ...refreshes(printing)];
}

function statementsOf(view: CatalogObject, printing: Printing): readonly Statement[] {
  const { kind, identity } = view;
  const word = kind.toUpperCase();
  const columns = columnsOf(view, printing);
  const made = making(create(view, printing), view, printing, columns);
  const standIn = kind === 'view' ? standInOf(view, columns) : null;
  return [
    standIn === null ? made : { ...made, standIn },
    ...columns.flatMap((column) => defaultOf(column, identity)),
    ...attached({ object: view, word, name: identity, granted: ['TABLE', identity] }, printing),
    ...columns.flatMap((column) => columnStatements(column, word, printing)),
    ...indexes(view, printing),
    ...tableParts(view, printing),
  ];
}

function create(view: CatalogObject, { quote }: Printing): string {
  const { kind, identity } = view;
  const options = storageOptions(listOf(view, 'options'));
  const [method, tablespace] = [textOf(view, 'access method'), textOf(view, 'tablespace')];
  const query = (textOf(view, 'definition') ?? '').replace(/;$/, '');
  const head = [
    `CREATE ${kind.toUpperCase()} ${identity}`,
    ...clause('USING', method && quote(method)),
    ...(options === '' ? [] : [`WITH (${options})`]),
    ...clause('TABLESPACE', tablespace && quote(tablespace)),
    'AS',
  ].join(' ');
  return `${head}\n${query}${kind === 'view' ? '' : '\n WITH NO DATA'};`;
}

/** A view with the same columns, for a circle of a view and a function that takes its rows. */
function standInOf({ identity }: CatalogObject, columns: readonly CatalogObject[]): string {
  const list = columns.map((column) => `    NULL::${typeOf(column)} AS ${columnName(column)}`);
  return `CREATE VIEW ${identity} AS\n SELECT\n${list.join(',\n')};`;
}

function defaultOf(column: CatalogObject, view: string): readonly Statement[] {
  const usual = textOf(column, 'default');
  if (usual === null) return [];
  const text = `ALTER VIEW ${view} ALTER COLUMN ${columnName(column)} SET DEFAULT ${usual};`;
  return [altering(text, column)];
}

/** A materialized view can be read by another one once it is filled. */
function refreshes({ ofKind, dependenciesOf }: Printing): readonly Group[] {
  const filled = ofKind('materialized view').filter((view) => !isTrue(view, 'not populated'));
  const names = new Set(filled.map(nameOf));
  return filled.map((view) => {
    const others = [...reachable(nameOf(view), dependenciesOf)].filter((name) => names.has(name));
    const statement = {
      text: `REFRESH MATERIALIZED VIEW ${view.identity};`,
      needs: [nameOf(view), ...others.map((name) => `filled ${name}`)],
      makes: [`filled ${nameOf(view)}`],
    };
    return {
      part: 'end',
      schema: null,
      rank: 10,
      identity: view.identity,
      statements: [statement],
    };
  });
}
