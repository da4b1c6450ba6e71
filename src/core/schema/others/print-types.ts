import { type CatalogObject, nameOf } from '../../catalog/catalog.js';
import { attached, comment } from '../parts/print-attached.js';
import { columnName, commentOnNotNull, notNull, typeOf } from '../tables/print-columns.js';
import { byPosition, isTrue, listOf, literalOf, textOf } from '../parts/reading.js';
import {
  altering,
  type Group,
  groupsOf,
  making,
  type Printing,
  type Statement,
} from '../parts/statements.js';
import { clause, firstName, literal, splitCall, splitMethod } from '../parts/text.js';

/** Types of all varieties, each with its constraints. */
export function typeGroups(printing: Printing): readonly Group[] {
  return groupsOf('type', ['schema', 20], statementsOf, printing);
}

function statementsOf(type: CatalogObject, printing: Printing): readonly Statement[] {
  const { identity } = type;
  const variety = textOf(type, 'variety');
  const word = variety === 'domain' ? 'DOMAIN' : 'TYPE';
  const subject = { object: type, word, name: identity, granted: ['TYPE', identity] as const };
  return [...make(type, printing), ...attached(subject, printing)];
}

function make(type: CatalogObject, printing: Printing): readonly Statement[] {
  const { identity } = type;
  switch (textOf(type, 'variety')) {
    case 'enum':
      return [making(`CREATE TYPE ${identity} AS ENUM (${enumLabels(type)});`, type, printing)];
    case 'composite':
      return composite(type, printing);
    case 'domain':
      return domain(type, printing);
    case 'range':
      return withShell(type, range(type, printing), ['canonical', 'difference'], printing);
    case 'base':
      return withShell(type, base(type), functionsOfBase, printing);
    default:
      return [making(`CREATE TYPE ${identity};`, type, printing)];
  }
}

function enumLabels(type: CatalogObject): string {
  const labels = listOf(type, 'labels').map(literal);
  return labels.length === 0 ? '' : `\n    ${labels.join(',\n    ')}\n`;
}

function composite(type: CatalogObject, printing: Printing): readonly Statement[] {
  const columns = printing.ofTable(type.identity, 'composite type column').toSorted(byPosition);
  const lines = columns.map((column) => `\n    ${columnName(column)} ${typeOf(column)}`);
  const list = lines.length === 0 ? '' : `${lines.join(',')}\n`;
  const text = `CREATE TYPE ${type.identity} AS (${list});`;
  const comments = columns.flatMap((column) =>
    comment({ object: column, word: 'COLUMN', name: column.identity }),
  );
  return [making(text, type, printing, columns), ...comments.map((each) => altering(each, type))];
}

function domain(type: CatalogObject, printing: Printing): readonly Statement[] {
  const constraints = printing
    .ofKind('domain constraint')
    .filter(({ identity }) => identity === `${firstName(identity)} on ${type.identity}`);
  const isLater = (constraint: CatalogObject): boolean =>
    isTrue(constraint, 'not valid') ||
    printing.dependenciesOf(nameOf(constraint)).some(({ on }) => reachesType(on, type, printing));
  const inline = constraints.filter((each) => !isLater(each));
  const collate = clause(' COLLATE', textOf(type, 'collation')).join('');
  const words = [
    `CREATE DOMAIN ${type.identity} AS ${textOf(type, 'base type')}${collate}`,
    ...clause('DEFAULT', textOf(type, 'default')),
    ...notNull(type, printing).inline,
    ...inline.map((each) => `CONSTRAINT ${firstName(each.identity)} ${textOf(each, 'definition')}`),
  ];
  return [
    making(`${words.join('\n    ')};`, type, printing, inline),
    ...constraints.filter(isLater).map((each) => {
      const text = `ALTER DOMAIN ${type.identity} ADD CONSTRAINT ${firstName(each.identity)} ${textOf(each, 'definition')};`;
      const made = making(text, each, printing);
      return { ...made, needs: [...made.needs, nameOf(type)] };
    }),
    ...commentOnNotNull(type, `DOMAIN ${type.identity}`, printing),
    ...constraints.flatMap((each) => {
      const name = `${firstName(each.identity)} ON DOMAIN ${type.identity}`;
      return attached({ object: each, word: 'CONSTRAINT', name }, printing);
    }),
  ];
}

/** Whether a function that a constraint calls takes the domain. */
function reachesType(on: string, type: CatalogObject, { dependenciesOf }: Printing): boolean {
  return on !== nameOf(type) && dependenciesOf(on).some((each) => each.on === nameOf(type));
}

/** Functions of a type take it and return it, so they are created between its shell and the type itself. */
function withShell(
  type: CatalogObject,
  text: string,
  functions: readonly string[],
  printing: Printing,
): readonly Statement[] {
  const made = making(text, type, printing);
  const own = functions
    .flatMap((fact) => textOf(type, fact) ?? [])
    .map((each) => `function ${each}`);
  const needsShell = own.some((name) =>
    printing.dependenciesOf(name).some(({ on }) => on === nameOf(type)),
  );
  if (!needsShell) return [made];
  const shell = `shell ${nameOf(type)}`;
  return [
    { text: `CREATE TYPE ${type.identity};`, needs: [], makes: [shell] },
    { ...made, needs: [...made.needs, shell] },
  ];
}

/** The name of the function in a fact. */
export function called(object: CatalogObject, fact: string): string | null {
  const identity = textOf(object, fact);
  return identity === null ? null : splitCall(identity)[0];
}

/** `NAME = value` for each that has a value. */
export function definitions(
  pairs: readonly (readonly [word: string, value: string | null])[],
): string {
  const lines = pairs.flatMap(([word, value]) =>
    value === null ? [] : [`    ${word} = ${value}`],
  );
  return `(\n${lines.join(',\n')}\n)`;
}

function range(type: CatalogObject, { quote }: Printing): string {
  const operators = textOf(type, 'subtype operators');
  const multirange = textOf(type, 'multirange');
  const schema = quote(type.schema ?? '');
  const bare = type.identity.slice(schema.length + 1);
  const usual = bare.includes('range') ? bare.replace('range', 'multirange') : `${bare}_multirange`;
  const isUsual = multirange === `${schema}.${usual}` && !usual.includes('"') && usual.length <= 63;
  return `CREATE TYPE ${type.identity} AS RANGE ${definitions([
    ['SUBTYPE', textOf(type, 'subtype')],
    ['SUBTYPE_OPCLASS', operators === null ? null : splitMethod(operators)[0]],
    ['COLLATION', textOf(type, 'subtype collation')],
    ['CANONICAL', called(type, 'canonical')],
    ['SUBTYPE_DIFF', called(type, 'difference')],
    ['MULTIRANGE_TYPE_NAME', isUsual ? null : multirange],
  ])};`;
}

const functionsOfBase = [
  ...['input', 'output', 'receive', 'send'],
  ...['modifier in', 'modifier out', 'analyze', 'subscript'],
];

function base(type: CatalogObject): string {
  const length = textOf(type, 'length');
  const letter = (fact: string, words: Readonly<Record<string, string>>): string | null =>
    words[textOf(type, fact) ?? ''] ?? null;
  return `CREATE TYPE ${type.identity} ${definitions([
    ...functionWords.map(([word, fact]) => [word, called(type, fact)] as const),
    ['INTERNALLENGTH', length === '-1' ? 'VARIABLE' : length],
    ['PASSEDBYVALUE', isTrue(type, 'by value') ? 'true' : null],
    ['ALIGNMENT', letter('alignment', { c: 'char', s: 'int2', i: 'int4', d: 'double' })],
    ['STORAGE', letter('storage', { p: 'plain', e: 'external', x: 'extended', m: 'main' })],
    ['CATEGORY', literal(textOf(type, 'category') ?? 'U')],
    ['PREFERRED', isTrue(type, 'preferred') ? 'true' : null],
    ['DEFAULT', literalOf(type, 'default')],
    ['ELEMENT', textOf(type, 'element')],
    ['DELIMITER', literalOf(type, 'delimiter')],
    ['COLLATABLE', textOf(type, 'collation') === null ? null : 'true'],
  ])};`;
}

const functionWords = [
  ['INPUT', 'input'],
  ['OUTPUT', 'output'],
  ['RECEIVE', 'receive'],
  ['SEND', 'send'],
  ['TYPMOD_IN', 'modifier in'],
  ['TYPMOD_OUT', 'modifier out'],
  ['ANALYZE', 'analyze'],
  ['SUBSCRIPT', 'subscript'],
] as const;
