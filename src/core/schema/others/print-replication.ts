import type { CatalogObject } from '../../catalog/catalog.js';
import { attached, notLoadable } from '../parts/print-attached.js';
import { isTrue, listOf, textOf } from '../parts/reading.js';
import {
  type Group,
  groupsOf,
  making,
  type Printing,
  type Statement,
  unrelated,
} from '../parts/statements.js';
import { commentedOut, literal } from '../parts/text.js';

/** Publications and subscriptions. */
export function replicationGroups(printing: Printing): readonly Group[] {
  return [
    ...groupsOf('publication', ['end', 20], publication, printing),
    ...groupsOf('subscription', ['end', 30], subscription, printing),
  ];
}

function publication(object: CatalogObject, printing: Printing): readonly Statement[] {
  const { identity } = object;
  const kinds = ['insert', 'update', 'delete', 'truncate'];
  const published = kinds.filter((kind) => !isTrue(object, `without ${kind}`));
  const generated = textOf(object, 'generated columns');
  const options = [
    ...(published.length === kinds.length ? [] : [`publish = ${literal(published.join(', '))}`]),
    ...(isTrue(object, 'via the root') ? ['publish_via_partition_root = true'] : []),
    ...(generated === null ? [] : [`publish_generated_columns = ${generated}`]),
  ];
  const all = isTrue(object, 'all tables') ? ' FOR ALL TABLES' : '';
  const list = options.length === 0 ? '' : ` WITH (${options.join(', ')})`;
  const suffix = ` in publication ${identity}`;
  const members = (kind: string): readonly CatalogObject[] =>
    printing.ofKind(kind).filter((each) => each.identity.endsWith(suffix));
  return [
    making(`CREATE PUBLICATION ${identity}${all}${list};`, object, printing),
    ...members('publication namespace').map((each) => {
      const schema = each.identity.slice(0, -suffix.length);
      return making(
        `ALTER PUBLICATION ${identity} ADD TABLES IN SCHEMA ${schema};`,
        each,
        printing,
      );
    }),
    ...members('publication relation').map((each) => memberOf(each, identity, printing)),
    ...attached({ object, word: 'PUBLICATION', name: identity }, printing),
  ];
}

/** A table as a member of a publication. */
function memberOf(member: CatalogObject, identity: string, printing: Printing): Statement {
  const columns = listOf(member, 'columns').map(printing.quote);
  const where = textOf(member, 'where');
  const list = columns.length === 0 ? '' : ` (${columns.join(', ')})`;
  const filter = where === null ? '' : ` WHERE ${where.startsWith('(') ? where : `(${where})`}`;
  const text = `ALTER PUBLICATION ${identity} ADD TABLE ONLY ${member.table}${list}${filter};`;
  return making(text, member, printing);
}

/** A subscription connects to another server, with a password that nobody may see. */
function subscription(object: CatalogObject): readonly Statement[] {
  const why = 'it connects to another server with a password';
  const told = Object.entries(object.facts).map(([name, fact]) => {
    return `${name}: ${typeof fact === 'object' ? fact.join(', ') : String(fact)}`;
  });
  if (object.facts['connection'] === undefined)
    told.unshift('connection: this role may not see it');
  const text = [notLoadable(`subscription ${object.identity}`, why), ...told.map(commentedOut)];
  return [unrelated(text.join('\n'))];
}
