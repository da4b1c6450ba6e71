import { call } from './call.js';
import type { OptionReader } from './option-reader.js';
import type { CallOptions, ServerOptions, ShadowOptions, SourceOptions } from './options.js';
import { settleShadow } from './settle-shadow.js';
import { settleServer, settleSource } from './settle.js';

/** With `dir` it is what the files make of a new database on the server of `shadowUrl`; no other database is asked then. */
export interface SchemaOptions
  extends CallOptions, Omit<ServerOptions, 'embedded'>, ShadowOptions, Partial<SourceOptions> {}

/**
 * What is in the database, or what the files make, as SQL: the same text each time, as `pgm schema` prints it. Throws
 * `ConfigurationError`, `DatabaseMissing`, `PostgresUnreachable`, `Refused`, `Interrupted`; with files also `FilesFailed`,
 * `SourceMissing`, `EmbeddedUnavailable`.
 */
export function schema(options: SchemaOptions): Promise<string> {
  return call(options, {
    settle: settleSchema,
    work: async (config, hooks) => {
      const { readSchema } = await import('./work/schema.js');
      const { hiddenIn, printSchema } = await import('../core/schema/print-schema.js');
      const reading = await readSchema(config, hooks);
      for (const what of hiddenIn(reading)) {
        hooks.emit({ kind: 'warning', message: `this role may not see ${what}` });
      }
      return printSchema(reading);
    },
  });
}

async function settleSchema(reader: OptionReader<SchemaOptions>) {
  if (reader.text('dir') !== null) {
    reader.refuse(serverNames, 'is not used with dir: no database is read then');
    const shadow = await settleShadow(reader);
    const source = settleSource(reader as OptionReader<SourceOptions>, shadow.historySchema);
    return { ...shadow, from: 'files' as const, source };
  }
  reader.refuse(filesNames, 'is used only with dir');
  const live = await settleServer(reader, 60_000);
  if (live.server.kind === 'embedded') {
    reader.problems.add(
      'embedded: a server that has just started has no schema to read; name dir for what the files make',
    );
  }
  return { from: 'database' as const, live };
}

const serverNames = [
  'databaseUrl',
  'databaseUrlFile',
  'env',
  'maintenanceDb',
  'connectTimeoutMs',
  'waitTimeoutMs',
] as const;

const filesNames = ['schemas', 'allowEmpty', 'shadowUrl', 'roles', 'lockTimeoutMs'] as const;
