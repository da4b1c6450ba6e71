/** Anything with a kind; what else is in it is for the schema to judge. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<{ name: string; namespace?: string } & Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** A class of kubernetes-models: `validate` throws when a required field is missing or one has the wrong type. */
interface Model {
  readonly prototype: { readonly validate: () => void };
}

/**
 * What the API server would say of a manifest with `--validate=strict`: missing fields, wrong types, and fields that its
 * schema does not know. Empty when it would take it. The schemas are those of Kubernetes' own OpenAPI document, compiled
 * into functions that pass unknown fields over; but what such a function never reads, it does not know.
 */
export async function problemsOf(manifest: Manifest): Promise<readonly string[]> {
  const model = await modelOf(manifest);
  const unread = new Unread();
  const problems: string[] = [];
  try {
    // Not of an instance: that would be a copy, made by reading every field.
    Reflect.apply(model.prototype.validate, unread.watch(manifest, ''), []);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  const unknown = unread.paths().map((path) => `${path} is not a field of ${manifest.kind}`);
  return [...problems, ...unknown];
}

const operators = new Map([['monitoring.coreos.com', '@kubernetes-models/prometheus-operator']]);

async function modelOf({ apiVersion, kind }: Manifest): Promise<Model> {
  const [group = ''] = apiVersion.split('/');
  const name = operators.get(group) ?? 'kubernetes-models';
  const module = (await import(`${name}/${apiVersion}/${kind}`)) as Record<string, Model>;
  const model = module[kind];
  if (model === undefined) throw new Error(`there is no schema for ${kind} of ${apiVersion}`);
  return model;
}

type Fields = Record<string, unknown>;

/** Remembers of each field in a document whether anybody has read it. */
class Unread {
  readonly #fields = new Set<string>();
  /** One stand-in an object, so that it is the same object to whoever compares. */
  readonly #watched = new WeakMap<object, object>();

  /** A stand-in for the document that notes what is read. */
  watch(value: object, path: string): object {
    const known = this.#watched.get(value);
    if (known !== undefined) return known;
    const of = (key: string): string => `${path}/${key}`;
    for (const key of Object.keys(value)) this.#fields.add(of(key));
    const watched = new Proxy(value, {
      get: (target, key) => {
        const child = (target as Fields)[String(key)];
        if (typeof key === 'symbol') return Reflect.get(target, key) as unknown;
        this.#fields.delete(of(key));
        return typeof child === 'object' && child !== null ? this.watch(child, of(key)) : child;
      },
    });
    this.#watched.set(value, watched);
    return watched;
  }

  paths(): readonly string[] {
    return [...this.#fields];
  }
}
