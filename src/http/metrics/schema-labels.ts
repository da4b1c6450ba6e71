/** The label of schemas beyond the limit, and of files without a schema. */
const otherSchemas = 'other';

/** Each label adds a series to each metric, and there may be thousands of directories. */
const mostNamed = 50;

/**
 * The schemas that have a label of their own: the first fifty seen, as long as they exist. So there are at most 51
 * values, and a schema keeps its label while others come and go.
 */
export class SchemaLabels {
  readonly #named = new Set<string>();
  readonly #whenGone: ((label: string) => void)[] = [];

  labelOf(schema: string): string {
    if (this.#named.has(schema)) return schema;
    const isOther = schema === '' || schema === otherSchemas;
    if (isOther || this.#named.size >= mostNamed) return otherSchemas;
    this.#named.add(schema);
    return schema;
  }

  /** Calls `remove` with each label that is freed. */
  onGone(remove: (label: string) => void): void {
    this.#whenGone.push(remove);
  }

  /** Frees the labels of schemas that no longer exist. */
  keepOnly(present: ReadonlySet<string>): void {
    for (const schema of this.#named) {
      if (present.has(schema)) continue;
      this.#named.delete(schema);
      for (const remove of this.#whenGone) remove(schema);
    }
  }
}
