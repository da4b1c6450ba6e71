import type { Name, ObjectKind } from '../../core/grammar/names.js';

export type Named = Pick<Name, 'schema' | 'name'>;
export type Placed = Named & Pick<Name, 'at'>;
export type On = Named | null;

interface Entry {
  readonly at: number;
  readonly schema: string | null;
  readonly on: On;
}

/** Names of objects, with where they are named. A name without a schema may be in any schema. */
export class NameSet {
  readonly #entries = new Map<string, Entry[]>();

  add(object: ObjectKind, { schema, name, at }: Placed, on: On): void {
    const key = `${kindOf(object)} ${name}`;
    const entries = this.#entries.get(key) ?? [];
    entries.push({ schema, on, at });
    this.#entries.set(key, entries);
  }

  /** `before`: named before that index. */
  has(object: ObjectKind, { schema, name }: Named, on: On, before = Infinity): boolean {
    const entries = this.#entries.get(`${kindOf(object)} ${name}`) ?? [];
    return entries.some(
      (each) =>
        each.at < before &&
        fits(each.schema, schema) &&
        (each.on === null ||
          on === null ||
          (each.on.name === on.name && fits(each.on.schema, on.schema))),
    );
  }
}

function fits(one: string | null, other: string | null): boolean {
  return one === null || other === null || one === other;
}

/** One kind for all that share their names. */
function kindOf(object: ObjectKind): ObjectKind {
  if (object === 'domain') return 'type';
  if (object === 'procedure' || object === 'aggregate' || object === 'routine') return 'function';
  return object === 'foreign table' ? 'table' : object;
}
