import type { CatalogObject, ObjectName } from '../catalog/catalog.js';
import type { ToolHistory } from '../foreign/tool-history.js';
import { hasFormOf, namesOf } from '../foreign/table-of.js';
import { tools } from '../foreign/tools.js';
import { lastName } from './identity.js';
import type { DriftItem } from './drift.js';

/** An object that is not drift, because it is the history of another tool. */
export interface ForeignHistory extends ObjectName {
  readonly tool: string;
}

/**
 * Separates the tables in which other tools keep their history, with what belongs to them, from other items that no file
 * made. They are recognised by name, so a table that files create too is not one of them.
 */
export function withoutHistories(items: readonly DriftItem[]): {
  readonly items: readonly DriftItem[];
  readonly histories: readonly ForeignHistory[];
} {
  const unknown = items.flatMap(({ kind, object }) => (kind === 'unknown' ? [object] : []));
  const tables = new Map(
    unknown.flatMap((object) => {
      const tool = toolOf(object, unknown);
      return tool === null ? [] : [[object.identity, tool] as const];
    }),
  );
  const schemas = new Map(
    unknown.flatMap((object) => {
      const tool = object.kind === 'schema' ? toolOfSchema(lastName(object.identity)) : null;
      return tool === null ? [] : [[object.schema ?? '', tool] as const];
    }),
  );
  const ownerOf = ({ kind, identity, table, schema, facts }: CatalogObject): string | null => {
    const owned = String(facts['owned by'] ?? '');
    const whole = table ?? (kind === 'table' ? identity : owned.slice(0, owned.lastIndexOf('.')));
    return schemas.get(schema ?? '') ?? tables.get(whole) ?? null;
  };
  const toolFor = (item: DriftItem): string | null =>
    item.kind === 'unknown' ? ownerOf(item.object) : null;
  const histories = unknown.flatMap((object): readonly ForeignHistory[] => {
    const tool = object.table === null ? ownerOf(object) : null;
    const { kind, identity } = object;
    const isTold = kind === 'table' || kind === 'schema';
    return tool === null || !isTold ? [] : [{ tool, kind, identity }];
  });
  return { items: items.filter((item) => toolFor(item) === null), histories };
}

interface Named extends ToolHistory {
  readonly tool: string;
}

const known: readonly Named[] = tools.flatMap(({ name, folder }) => {
  const history = folder?.history ?? null;
  return history === null ? [] : [{ tool: name, ...history }];
});

/** By its name and its columns. Several tools have tables of the same name. */
function toolOf(
  { kind, identity, schema }: CatalogObject,
  unknown: readonly CatalogObject[],
): string | null {
  if (kind !== 'table') return null;
  const name = lastName(identity);
  const columns = unknown
    .filter((each) => each.kind === 'table column' && each.table === identity)
    .map((each) => lastName(each.identity));
  const found = { schema: schema ?? '', name, columns };
  const own = known.filter((history) => {
    const { others = [], ownSchema = schema } = history;
    const isIts = hasFormOf(history, found, namesOf(history)) && schema === ownSchema;
    return isIts || others.includes(name);
  });
  return own.length === 0 ? null : own.map(({ tool }) => tool).join(' or ');
}

/** The tool that creates this schema for its history alone, or null. */
function toolOfSchema(schema: string): string | null {
  return known.find(({ ownSchema }) => ownSchema === schema)?.tool ?? null;
}
