import { type CatalogObject, nameOf } from '../../catalog/catalog.js';
import { attached, notLoadable, whole } from '../parts/print-attached.js';
import { called, definitions } from './print-types.js';
import { isTrue, textOf } from '../parts/reading.js';
import {
  altering,
  type Group,
  groupsOf,
  making,
  type Print,
  type Printing,
} from '../parts/statements.js';
import { splitCall, splitList, splitMethod } from '../parts/text.js';

/** Operators with their families and classes; casts, transforms and access methods. */
export function operatorGroups(printing: Printing): readonly Group[] {
  const group = (kind: string, rank: number, print: Print): readonly Group[] =>
    groupsOf(kind, ['schema', rank], print, printing);
  return [
    ...group('operator', 33, operator),
    ...group('operator family', 34, family),
    ...group('operator class', 35, operatorClass),
    ...group('cast', 37, cast).map((each) => withType(each, printing)),
    ...group('transform', 38, transform).map((each) => withType(each, printing)),
    ...groupsOf('access method', ['database', 25], accessMethod, printing),
  ];
}

/** Objects outside any schema go where their type or function is. */
function withType(group: Group, { named }: Printing): Group {
  const schemas = group.statements
    .flatMap(({ needs }) => needs)
    .map((name) => named(name)?.schema ?? null)
    .filter((schema) => schema !== null);
  const [schema] = schemas.toSorted();
  const { rank, identity, statements } = group;
  if (schema === undefined) return { part: 'database', schema: null, rank, identity, statements };
  return { part: 'schema', schema, rank, identity, statements };
}

/** A shell: it was named as the commutator or negator of another operator, and never created. */
function isShell(operator: CatalogObject): boolean {
  return called(operator, 'function') === null;
}

/** The operator that names a shell creates it again. */
const shell: Print = (object, { ofKind }) => {
  const isNamed = ofKind('operator').some(
    (each) =>
      !isShell(each) &&
      ['commutator', 'negator'].some((fact) => textOf(each, fact) === object.identity),
  );
  return isNamed
    ? []
    : [altering(notLoadable(nameOf(object), 'it is a shell that no operator names'), object)];
};

const operator: Print = (object, printing) => {
  const { identity } = object;
  if (isShell(object)) return shell(object, printing);
  const [name, types] = splitCall(identity);
  const [left = 'NONE', right = 'NONE'] = splitList(types);
  const type = (each: string): string | null => (each === 'NONE' ? null : each);
  const other = (fact: string): string | null => {
    const found = called(object, fact);
    return found === null ? null : `OPERATOR(${found})`;
  };
  const text = `CREATE OPERATOR ${name} ${definitions([
    ['FUNCTION', called(object, 'function')],
    ['LEFTARG', type(left)],
    ['RIGHTARG', type(right)],
    ['COMMUTATOR', other('commutator')],
    ['NEGATOR', other('negator')],
    ['RESTRICT', called(object, 'restrict')],
    ['JOIN', called(object, 'join')],
  ]).replace(
    /\n\)$/,
    `${isTrue(object, 'hashes') ? ',\n    HASHES' : ''}${isTrue(object, 'merges') ? ',\n    MERGES' : ''}\n)`,
  )};`;
  const made = making(text, object, printing);
  // The server creates a shell of an operator that is named before it exists.
  const needs = made.needs.filter((each) => !each.startsWith('operator '));
  return [{ ...made, needs }, ...attached({ object, word: 'OPERATOR', name: identity }, printing)];
};

/** With the members that are in none of its classes. */
const family: Print = (object, printing) => {
  const { identity } = object;
  const members = membersOf(identity, printing).filter(
    (member) => classesOf(member, printing).length === 0,
  );
  return [
    making(`CREATE OPERATOR FAMILY ${identity};`, object, printing),
    ...attached({ object, word: 'OPERATOR FAMILY', name: identity }, printing),
    ...members.map((member) => {
      const text = `ALTER OPERATOR FAMILY ${identity} ADD ${memberText(member)};`;
      const made = making(text, member, printing);
      return { ...made, needs: [...made.needs, nameOf(object)] };
    }),
  ];
};

const operatorClass: Print = (object, printing) => {
  const [name, method] = splitMethod(object.identity);
  const of = textOf(object, 'family') ?? '';
  const members = membersOf(of, printing).filter((member) =>
    classesOf(member, printing).includes(nameOf(object)),
  );
  const type = textOf(object, 'type') ?? '';
  const storage = textOf(object, 'key') ?? (members.length === 0 ? type : null);
  const lines = [...members.map(memberText), ...(storage === null ? [] : [`STORAGE ${storage}`])];
  const usual = isTrue(object, 'default') ? ' DEFAULT' : '';
  const text = `CREATE OPERATOR CLASS ${name}${usual} FOR TYPE ${type} USING ${method} FAMILY ${splitMethod(of)[0]} AS\n    ${lines.join(',\n    ')};`;
  const subject = { object, word: 'OPERATOR CLASS', name: object.identity };
  return [making(text, object, printing, members), ...attached(subject, printing)];
};

function membersOf(of: string, { ofKind }: Printing): readonly CatalogObject[] {
  return ['operator of access method', 'function of access method']
    .flatMap(ofKind)
    .filter(({ identity }) => identity.endsWith(` of ${of}`));
}

/** The class that a member belongs to. */
function classesOf(member: CatalogObject, { dependenciesOf }: Printing): readonly string[] {
  return dependenciesOf(nameOf(member))
    .filter(({ on, isPart }) => isPart && on.startsWith('operator class '))
    .map(({ on }) => on);
}

/** `OPERATOR 1 s.<(integer,integer)` of `operator 1 (integer, integer) of …`. */
function memberText(member: CatalogObject): string {
  const [, word = '', number = '', types = ''] =
    /^(operator|function) (\d+) \(((?:"(?:[^"]|"")*"|[^"])*?)\) of /.exec(member.identity) ?? [];
  const sort = textOf(member, 'sorted by');
  if (word === 'function') return `FUNCTION ${number} (${types}) ${textOf(member, 'function')}`;
  const name = called(member, 'operator');
  const ordering = sort === null ? '' : ` FOR ORDER BY ${splitMethod(sort)[0]}`;
  return `OPERATOR ${number} ${name}(${types})${ordering}`;
}

const cast: Print = (object, printing) => {
  const how = {
    function: `WITH FUNCTION ${textOf(object, 'function')}`,
    inout: 'WITH INOUT',
    binary: 'WITHOUT FUNCTION',
  }[textOf(object, 'method') ?? ''];
  const context =
    { assignment: ' AS ASSIGNMENT', implicit: ' AS IMPLICIT' }[textOf(object, 'context') ?? ''] ??
    '';
  return whole(`CREATE CAST ${object.identity} ${how}${context};`, object, 'CAST', printing);
};

const transform: Print = (object, printing) => {
  const list = (['from SQL', 'to SQL'] as const).flatMap((fact) => {
    const name = textOf(object, fact);
    return name === null ? [] : [`${fact.toUpperCase()} WITH FUNCTION ${name}`];
  });
  const name = object.identity.replace(/^for /, 'FOR ').replace(/ language /, ' LANGUAGE ');
  const text = `CREATE TRANSFORM ${name} (${list.join(', ')});`;
  return [
    making(text, object, printing),
    ...attached({ object, word: 'TRANSFORM', name }, printing),
  ];
};

const accessMethod: Print = (object, printing) => {
  const type = textOf(object, 'type')?.toUpperCase();
  const text = `CREATE ACCESS METHOD ${object.identity} TYPE ${type} HANDLER ${called(object, 'handler')};`;
  return whole(text, object, 'ACCESS METHOD', printing);
};
