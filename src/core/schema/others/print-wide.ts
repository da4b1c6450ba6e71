import type { CatalogObject } from '../../catalog/catalog.js';
import { attached, notLoadable } from '../parts/print-attached.js';
import { hasUsualPrivileges, textOf } from '../parts/reading.js';
import {
  altering,
  type Group,
  groupsOf,
  making,
  type Printing,
  type Statement,
  unrelated,
} from '../parts/statements.js';
import { literal, unquoted } from '../parts/text.js';

/** Schemas, extensions, large objects. */
export function wideGroups(printing: Printing): readonly Group[] {
  return [
    ...lacking(printing),
    ...groupsOf('extension', ['database', 10], extension, printing),
    ...groupsOf('schema', ['schema', 0], schema, printing),
    ...largeObjects(printing),
  ];
}

/** What a new database has, and this one has not. */
function lacking({ find }: Printing): readonly Group[] {
  const usual = [
    ['schema', 'public', 'DROP SCHEMA public;'],
    ['extension', 'plpgsql', 'DROP EXTENSION plpgsql;'],
  ] as const;
  return usual
    .filter(([kind, identity]) => find(kind, identity) === undefined)
    .map(([, identity, text]) => ({
      part: 'database',
      schema: null,
      rank: 0,
      identity,
      statements: [unrelated(text)],
    }));
}

function schema(object: CatalogObject, printing: Printing): readonly Statement[] {
  const { identity } = object;
  const subject = { object, word: 'SCHEMA', name: identity };
  if (identity === 'public') return publicSchema(object, printing);
  return [making(`CREATE SCHEMA ${identity};`, object, printing), ...attached(subject, printing)];
}

/** Each new database has one, so only the differences are printed. */
function publicSchema(object: CatalogObject, printing: Printing): readonly Statement[] {
  const { owner, ownerOfPublic } = printing.database;
  const subject = { object, word: 'SCHEMA', name: 'public' };
  const isUsual = hasUsualPrivileges(object, printing.database);
  const { comment, owner: of } = object.facts;
  const told = isUsual ? ['comment', 'granted', 'revoked'] : ['comment'];
  const others = Object.entries(object.facts).filter(([name]) => !told.includes(name));
  const made = { ...object, facts: Object.fromEntries(others) };
  const isUsualOwner = of === ownerOfPublic;
  const texts = [
    ...(isUsualOwner || of !== owner
      ? []
      : [`ALTER SCHEMA public OWNER TO ${printing.role(owner)};`]),
    ...(isUsual ? [] : ['REVOKE ALL ON SCHEMA public FROM PUBLIC;']),
    ...(comment === usualComment
      ? []
      : [
          `COMMENT ON SCHEMA public IS ${comment === undefined ? 'NULL' : literal(String(comment))};`,
        ]),
  ];
  return [
    ...texts.map((text) => altering(text, object)),
    ...attached({ ...subject, object: made, hasNoOwn: isUsualOwner }, printing),
    { text: '', needs: [], makes: making('', object, printing).makes },
  ];
}

const usualComment = 'standard public schema';

function extension(object: CatalogObject, printing: Printing): readonly Statement[] {
  const { identity } = object;
  const { database, quote } = printing;
  const name = unquoted(identity);
  const usual = Object.hasOwn(database.extensions, name) ? database.extensions[name] : undefined;
  const { comment, ...facts } = object.facts;
  const own = comment === usual?.comment ? facts : object.facts;
  const version = textOf(object, 'version') ?? '';
  const clause = version === usual?.version ? '' : ` VERSION ${literal(version)}`;
  const isThere = name === 'plpgsql' && clause === '';
  const text = isThere
    ? ''
    : `CREATE EXTENSION ${identity} WITH SCHEMA ${quote(textOf(object, 'schema') ?? '')}${clause};`;
  const owner = facts['owner'];
  const told =
    owner === database.owner || isThere
      ? []
      : [
          altering(
            notLoadable(
              `the owner of extension ${identity}`,
              `it was made by ${printing.role(String(owner))}`,
            ),
            object,
          ),
        ];
  return [
    making(text, object, printing),
    ...told,
    ...attached(
      { object: { ...object, facts: own }, word: 'EXTENSION', name: identity, hasNoOwn: true },
      printing,
    ),
  ];
}

function largeObjects({ ofKind }: Printing): readonly Group[] {
  if (ofKind('large object').length === 0) return [];
  const text = notLoadable('large objects', 'they are data, so they are not in a schema');
  return [
    { part: 'database', schema: null, rank: 90, identity: '', statements: [unrelated(text)] },
  ];
}
