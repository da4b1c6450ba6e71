import { type CatalogObject, nameOf } from '../../catalog/catalog.js';
import { attached, notLoadable } from '../parts/print-attached.js';
import { indexOf, nameOn } from './print-constraints.js';
import { isTrue, listOf, textOf } from '../parts/reading.js';
import { altering, making, type Printing, type Statement } from '../parts/statements.js';
import { clause } from '../parts/text.js';

/** Indexes except those of keys, which come with their constraints. */
export function indexes(table: CatalogObject, printing: Printing): readonly Statement[] {
  const keys = printing
    .ofTable(table.identity, 'table constraint')
    .flatMap((constraint) => indexOf(constraint, printing));
  const all = printing.ofTable(table.identity, 'index');
  return [
    ...all
      .filter((index) => !keys.includes(index))
      .map((index) => making(`${textOf(index, 'definition')};`, index, printing)),
    ...all.flatMap((index) => indexStatements(index, table, printing)),
  ];
}

/** Rules, triggers, policies and statistics of a table or a view, and the settings of the table that affect them. */
export function tableParts(table: CatalogObject, printing: Printing): readonly Statement[] {
  const of = (kind: string, print: Print): readonly Statement[] =>
    printing.ofTable(table.identity, kind).flatMap((part) => print(part, table, printing));
  return [
    ...replicaIdentity(table),
    ...of('statistics object', statistics),
    ...of('rule', rule),
    ...of('trigger', trigger),
    ...rowSecurity(table),
    ...of('policy', policy),
  ];
}

type Print = (
  part: CatalogObject,
  table: CatalogObject,
  printing: Printing,
) => readonly Statement[];

function indexStatements(index: CatalogObject, table: CatalogObject, printing: Printing) {
  const { identity } = index;
  const tablespace = textOf(index, 'tablespace');
  const name = withoutSchema(identity);
  const word = table.kind === 'materialized view' ? 'MATERIALIZED VIEW' : 'TABLE';
  const isBroken = isTrue(index, 'invalid') || isTrue(index, 'not ready');
  const texts = [
    ...clause(
      `ALTER INDEX ${identity} SET TABLESPACE`,
      tablespace && `${printing.quote(tablespace)};`,
    ),
    ...listOf(index, 'statistics').map((line) => {
      const [column = '', target = ''] = line.split(': ');
      return `ALTER INDEX ${identity} ALTER COLUMN ${column} SET STATISTICS ${target};`;
    }),
    ...(isTrue(index, 'clustered by')
      ? [`ALTER ${word} ${table.identity} CLUSTER ON ${name};`]
      : []),
    ...(isBroken ? [notLoadable(`index ${identity}`, 'it is invalid, and would be valid')] : []),
  ];
  return [
    ...texts.map((text) => altering(text, index)),
    ...attached({ object: index, word: 'INDEX', name: identity, hasNoOwn: true }, printing),
  ];
}

function replicaIdentity(table: CatalogObject): readonly Statement[] {
  const { identity } = table;
  const set = textOf(table, 'replica identity');
  if (set === null) return [];
  if (set === 'index dropped') {
    return [
      altering(notLoadable(`the replica identity of ${identity}`, 'its index was dropped'), table),
    ];
  }
  const alter = `ALTER ${table.kind === 'table' ? 'TABLE ONLY' : table.kind.toUpperCase()} ${identity} REPLICA IDENTITY`;
  if (!set.startsWith('index ')) return [altering(`${alter} ${set.toUpperCase()};`, table)];
  const index = set.slice('index '.length);
  const name = withoutSchema(index);
  return [
    altering(`${alter} USING INDEX ${name};`, table, [nameOf({ kind: 'index', identity: index })]),
  ];
}

function statistics(object: CatalogObject, _table: CatalogObject, printing: Printing) {
  const target = textOf(object, 'target');
  return [
    making(`${textOf(object, 'definition')};`, object, printing),
    ...(target === null
      ? []
      : [altering(`ALTER STATISTICS ${object.identity} SET STATISTICS ${target};`, object)]),
    ...attached({ object, word: 'STATISTICS', name: object.identity }, printing),
  ];
}

function rule(object: CatalogObject, table: CatalogObject, printing: Printing) {
  const name = `${nameOn(object)} ON ${table.identity}`;
  return [
    making(`${textOf(object, 'definition')}`, object, printing),
    ...enabled(object, `ALTER TABLE ${table.identity}`, `RULE ${nameOn(object)}`),
    ...attached({ object, word: 'RULE', name }, printing),
  ];
}

/** A trigger that a partition has from its parent comes with the partition. */
function trigger(object: CatalogObject, table: CatalogObject, printing: Printing) {
  const alter = `ALTER TABLE ONLY ${table.identity}`;
  const name = `${nameOn(object)} ON ${table.identity}`;
  const whole = printing.find('trigger', textOf(object, 'part of') ?? '');
  const state = enabled(object, alter, `TRIGGER ${nameOn(object)}`);
  const asParent =
    whole === undefined || textOf(whole, 'enabled') === null
      ? []
      : [enabling('ENABLE', object, alter, `TRIGGER ${nameOn(object)}`)];
  return [
    ...(textOf(object, 'part of') === null
      ? [making(`${textOf(object, 'definition')};`, object, printing)]
      : [
          {
            text: '',
            needs: [nameOf(table), ...(whole === undefined ? [] : [nameOf(whole)])],
            makes: [nameOf(object)],
          },
        ]),
    ...(state.length > 0 ? state : asParent),
    ...attached({ object, word: 'TRIGGER', name }, printing),
  ];
}

/** How a trigger or rule is enabled, if not in the default way. */
function enabled(object: CatalogObject, alter: string, what: string): readonly Statement[] {
  const state = textOf(object, 'enabled');
  const word = state === null ? undefined : enabledWords[state];
  return word === undefined ? [] : [enabling(word, object, alter, what)];
}

export const enabledWords: Readonly<Record<string, string>> = {
  disabled: 'DISABLE',
  'on replicas only': 'ENABLE REPLICA',
  always: 'ENABLE ALWAYS',
};

function enabling(word: string, object: CatalogObject, alter: string, what: string): Statement {
  return altering(`${alter} ${word} ${what};`, object);
}

function rowSecurity(table: CatalogObject): readonly Statement[] {
  const alter = `ALTER TABLE ${table.identity}`;
  return [
    ...(isTrue(table, 'row security') ? ['ENABLE'] : []),
    ...(isTrue(table, 'row security for the owner') ? ['FORCE'] : []),
  ].map((word) => altering(`${alter} ${word} ROW LEVEL SECURITY;`, table));
}

function policy(object: CatalogObject, table: CatalogObject, printing: Printing) {
  const name = `${nameOn(object)} ON ${table.identity}`;
  const [using, check] = [textOf(object, 'using'), textOf(object, 'with check')];
  const roles = listOf(object, 'to').map(printing.role).join(', ');
  const command = textOf(object, 'for') ?? 'all';
  const words = [
    `CREATE POLICY ${name}`,
    ...(isTrue(object, 'restrictive') ? ['AS RESTRICTIVE'] : []),
    ...(command === 'all' ? [] : [`FOR ${command.toUpperCase()}`]),
    ...(roles === 'PUBLIC' ? [] : [`TO ${roles}`]),
    ...clause('USING', using && `(${using})`),
    ...clause('WITH CHECK', check && `(${check})`),
  ];
  return [
    making(`${words.join(' ')};`, object, printing),
    ...attached({ object, word: 'POLICY', name }, printing),
  ];
}

/** `"x"` for `public."x"`. */
function withoutSchema(identity: string): string {
  return identity.replace(/^(?:"(?:[^"]|"")*"|[^".]+)\./, '');
}
