/** The label of schemas that got none of their own, and of files whose name gives no schema. */
export const otherSchemas = 'other';

/** Each label costs a series in each metric that has it, and folders can be made by the thousand. */
const mostNamed = 50;

/**
 * Which schemas are named in labels: the first fifty that come, each as long as it exists. So there are never more than
 * 51 values, and a schema keeps its own while others come and go.
 */
export class SchemaLabels {
  readonly #named = new Set<string>();

  labelOf(schema: string): string {
    if (this.#named.has(schema)) return schema;
    if (schema === '' || this.#named.size >= mostNamed) return otherSchemas;
    this.#named.add(schema);
    return schema;
  }

  /** True for a label that stands for one schema which still exists, and for `other`. */
  isInUse(label: string): boolean {
    return label === otherSchemas || this.#named.has(label);
  }

  /** Frees the labels of all schemas that are not there any more. */
  keepOnly(present: ReadonlySet<string>): void {
    for (const schema of this.#named) if (!present.has(schema)) this.#named.delete(schema);
  }
}
