import { call } from './call.js';
import type { CallOptions, ServerOptions } from './options.js';
import { settleServer } from './settle.js';

export interface SchemaOptions extends CallOptions, Omit<ServerOptions, 'embedded'> {}

/**
 * What is in the database, as SQL: the same text each time, as `pgm schema` prints it. Throws `ConfigurationError`,
 * `DatabaseMissing`, `PostgresUnreachable`, `Refused`, `Interrupted`.
 */
export function schema(options: SchemaOptions): Promise<string> {
  return call(options, {
    settle: async (reader) => {
      const live = await settleServer(reader, 60_000);
      if (live.server.kind === 'embedded') {
        reader.problems.add('embedded: a server that has just started has no schema to read');
      }
      return live;
    },
    work: async (live, hooks) => {
      const { readSchema } = await import('./work/schema.js');
      const { hiddenIn, printSchema } = await import('../core/schema/print-schema.js');
      const reading = await readSchema({ from: 'database', live }, hooks);
      for (const what of hiddenIn(reading)) {
        hooks.emit({ kind: 'warning', message: `this role may not see ${what}` });
      }
      return printSchema(reading);
    },
  });
}
