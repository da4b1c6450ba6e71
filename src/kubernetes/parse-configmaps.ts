import type { Document } from 'yaml';
import type { FoundConfigMap } from '../core/configmap/configmap-compare.js';
import { ConfigurationError } from '../core/errors.js';

/**
 * Reads every ConfigMap of a YAML stream or a JSON document: as `pgm configmap` prints it, or `kubectl get -o yaml` and
 * `-o json` do, lists included. Other kinds are skipped. `origin` names the text in messages. Throws
 * `ConfigurationError` for invalid YAML, and for a ConfigMap that Kubernetes would not accept.
 */
export async function parseConfigMaps(text: string, origin: string): Promise<FoundConfigMap[]> {
  const documents = parseJson(text) ?? (await parseYaml(text, origin));
  return documents.flatMap(itemsOf).flatMap((item) => toConfigMap(item, origin));
}

/** JSON is YAML too, but the YAML parser is large, so it is not loaded for JSON. */
function parseJson(text: string): unknown[] | null {
  if (!text.trimStart().startsWith('{')) return null;
  try {
    return [JSON.parse(text) as unknown];
  } catch {
    return null;
  }
}

async function parseYaml(text: string, origin: string): Promise<unknown[]> {
  const { parseAllDocuments } = await import('yaml');
  const documents: readonly Document[] = [...parseAllDocuments(text)];
  const [problem] = documents.flatMap(({ errors }) => errors);
  if (problem !== undefined) throw unreadable(origin, `is not YAML: ${oneLine(problem.message)}`);
  return documents.map((document): unknown => toValue(document, origin));
}

function toValue(document: Document, origin: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // Unknown aliases, and aliases that expand to too much, are only found here.
    const reason = error instanceof Error ? error.message : String(error);
    throw unreadable(origin, `is not YAML: ${oneLine(reason)}`);
  }
}

function itemsOf(document: unknown): unknown[] {
  if (!isMapping(document)) return [];
  const { items } = document;
  const isList = typeof document['kind'] === 'string' && document['kind'].endsWith('List');
  return isList && Array.isArray(items) ? items.flatMap(itemsOf) : [document];
}

function toConfigMap(item: unknown, origin: string): FoundConfigMap[] {
  if (!isMapping(item) || item['kind'] !== 'ConfigMap') return [];
  const { metadata, data, binaryData } = item;
  const name = isMapping(metadata) ? metadata['name'] : undefined;
  if (typeof name !== 'string') throw unreadable(origin, 'contains a ConfigMap without a name');
  const values = new Map<string, Buffer>();
  const where = { name, origin };
  for (const [key, text] of valuesOf(data, 'data', where)) values.set(key, Buffer.from(text));
  for (const [key, text] of valuesOf(binaryData, 'binaryData', where)) {
    values.set(key, Buffer.from(text, 'base64'));
  }
  return [{ name, values }];
}

function valuesOf(
  values: unknown,
  field: string,
  { name, origin }: { readonly name: string; readonly origin: string },
): [string, string][] {
  if (values === undefined || values === null) return [];
  if (!isMapping(values))
    throw unreadable(origin, `has a ConfigMap ${name} whose ${field} is not a mapping`);
  return Object.entries(values).map(([key, value]) => {
    if (typeof value === 'string') return [key, value];
    throw unreadable(
      origin,
      `has a ConfigMap ${name} whose ${field} has no text for the key ${key}`,
    );
  });
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function oneLine(message: string): string {
  return (message.split('\n', 1)[0] ?? '').replace(/:$/, '');
}

function unreadable(origin: string, what: string): ConfigurationError {
  return new ConfigurationError([
    `${origin} ${what}; use the output of pgm configmap or of kubectl get configmap -o json`,
  ]);
}
