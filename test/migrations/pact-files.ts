import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type postgres from 'postgres';

export const pactDirectory = fileURLToPath(new URL('../../migrations', import.meta.url));

/** In the order in which pgm takes them. */
export const pactSchemas = ['aws', 'azure', 'gcp'] as const;
export type PactSchema = (typeof pactSchemas)[number];

export interface PactFile {
  /** `gcp/001_create_schema.sql` */
  readonly key: string;
  readonly text: string;
}

/** The files of one schema, in order. */
export function filesOf(schema: PactSchema): readonly PactFile[] {
  const names = readdirSync(`${pactDirectory}/${schema}`).sort();
  return names.map((name) => ({
    key: `${schema}/${name}`,
    text: readFileSync(`${pactDirectory}/${schema}/${name}`, 'utf8'),
  }));
}

export const allFiles: readonly PactFile[] = pactSchemas.flatMap(filesOf);

/** Each file whole and in a transaction of its own, as pgm sends it. Rejects with an error that names the file. */
export async function apply(sql: postgres.Sql, files: readonly PactFile[]): Promise<void> {
  for (const { key, text } of files) {
    await sql
      .begin((transaction) => transaction.unsafe(text).simple())
      .catch((cause: unknown) => {
        throw new Error(`${key}: ${String(cause)}`, { cause });
      });
  }
}

/** The files of one schema, arriving little by little. A name is what follows the number: `create_secrets_table`. */
export interface Arrival {
  /** Applies what comes before the named file; throws when no file that is still to come has that name. */
  before(name: string): Promise<void>;
  /** The same, and the named file. */
  through(name: string): Promise<void>;
  /** Applies all that are left. */
  rest(): Promise<void>;
}

export function arrivalOf(sql: postgres.Sql, schema: PactSchema): Arrival {
  const waiting = [...filesOf(schema)];
  const next = (count: number): Promise<void> => apply(sql, waiting.splice(0, count));
  const find = (name: string): number => {
    const at = waiting.findIndex(({ key }) => new RegExp(`/\\d+_${name}\\.sql$`).test(key));
    if (at === -1) throw new Error(`${schema} has no file ${name} that is still to come`);
    return at;
  };
  return {
    before: (name) => next(find(name)),
    through: (name) => next(find(name) + 1),
    rest: () => next(waiting.length),
  };
}
