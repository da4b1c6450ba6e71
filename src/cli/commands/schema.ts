import { readFile } from 'node:fs/promises';
import { ConfigurationError } from '../../core/errors.js';
import { resolveServer, resolveSource } from '../config/resolve-run.js';
import { resolveShadow, wantsShadow } from '../config/resolve-shadow.js';
import { options } from '../config/table/options.js';
import type { Scope } from '../config/table/scope.js';
import { exitCodes } from '../process/exit-codes.js';
import { type Command, type CommandContext, looksOf, runCommand } from './run-command.js';

type Config = Awaited<ReturnType<typeof configure>>;
type Context = CommandContext<Config>;

export const schema: Command<'schema', Config> = {
  name: 'schema',
  summary: 'print what is in the database, or what the files make, as SQL',
  options: [
    ...Object.values(options.connection),
    options.embedded.embedded,
    ...Object.values(options.source),
    options.proof.shadowUrl,
    options.proof.roles,
    options.schema.schemaFile,
    options.applying.allowEmpty,
    options.applying.lockTimeout,
    ...Object.values(options.output),
  ],
  result: 'stdout',
  configure,
  run: (line) => runCommand(schema, line, show),
};

async function configure(scope: Scope) {
  const common = {
    historySchema: scope.read(options.connection.historySchema),
    roles: scope.read(options.proof.roles) ?? [],
    lockTimeoutMs: scope.read(options.applying.lockTimeout),
    checkFile: scope.read(options.schema.schemaFile),
  };
  if (!wantsShadow(scope)) {
    warnOfUnused(scope);
    return { ...common, from: 'database' as const, live: await resolveServer(scope) };
  }
  const [source, server] = [await resolveSource(scope), await resolveShadow(scope)];
  return { ...common, from: 'files' as const, source, server };
}

function warnOfUnused(scope: Scope): void {
  for (const option of [options.source.dir, options.source.schemas, options.proof.roles]) {
    const origin = scope.given(option)?.origin ?? '';
    if (!origin.startsWith('--')) continue;
    scope.warnings.add(
      `${origin} is not used: the schema is that of the database; for that of the files add --embedded`,
    );
  }
}

async function show(context: Context): Promise<number> {
  const { config, emit, stop, print } = context;
  const wanted = config.checkFile === null ? null : await readSchemaFile(config.checkFile);
  const { printSchema, hiddenIn } = await import('../../core/schema/print-schema.js');
  const library = await import('../../library/work/schema.js');
  const reading = await library.readSchema(config, { emit, stop });
  for (const what of hiddenIn(reading)) {
    emit({ kind: 'warning', message: `this role may not see ${what}` });
  }
  const text = printSchema(reading);
  if (wanted === null || config.checkFile === null) {
    print(text);
    return exitCodes.fine;
  }
  return compare(config.checkFile, wanted, text, context);
}

/** Throws `ConfigurationError`. */
async function readSchemaFile(file: string): Promise<string> {
  try {
    const bytes = await readFile(file);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ConfigurationError([`--check ${file}: ${reasonOf(error as NodeJS.ErrnoException)}`]);
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
      return 'there is no such file; to make it, write the output of pgm schema, with the same options but --check, to it';
    case 'EISDIR':
      return 'it is a directory; name the file that holds the output of pgm schema';
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return 'it is not UTF-8 text; write the output of pgm schema to it as it is';
    default:
      return `it cannot be read (${code ?? message})`;
  }
}

async function compare(
  file: string,
  wanted: string,
  text: string,
  { config, emit, print }: Context,
): Promise<number> {
  const { lineDiff } = await import('../../core/text/line-diff.js');
  const now = config.from === 'files' ? 'what the files make' : 'what is in the database';
  const lines = lineDiff(wanted, text, [file, now]);
  if (lines.length === 0) {
    emit({ kind: 'note', message: `${file} is ${now}` });
    return exitCodes.fine;
  }
  const { diffText } = await import('../render/words/diff.js');
  print(diffText(lines, looksOf(config).color));
  return exitCodes.notUpToDate;
}
