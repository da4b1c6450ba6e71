import { join } from 'node:path';
import { ConfigurationError } from '../../core/errors.js';
import * as adapters from '../../library/open/adapters.js';
import { systemClock } from '../../library/open/compose.js';
import type { SourceConfig } from '../../library/open/source-config.js';
import { resolveSource } from '../config/resolve-run.js';
import { options } from '../config/table/options.js';
import type { Scope } from '../config/table/scope.js';
import { exitCodes } from '../process/exit-codes.js';
import { otherOrder } from '../render/words/sentence.js';
import { type Command, type CommandContext, runCommand } from './run-command.js';

type Config = Awaited<ReturnType<typeof configure>>;

/** Prints the path of the file on stdout, and nothing else. */
export const newCommand: Command<'new', Config> = {
  name: 'new',
  summary: 'write the next file of a schema',
  options: [
    options.connection.historySchema,
    options.source.dir,
    options.source.configmapPath,
    ...Object.values(options.authoring),
    ...Object.values(options.output),
  ],
  result: 'stdout',
  configure,
  run: (line) => runCommand(newCommand, line, write),
};

async function configure(scope: Scope) {
  const schema = scope.read(options.authoring.newSchema);
  const name = scope.read(options.authoring.newName);
  const edit = scope.read(options.authoring.edit);
  if (schema === null || name === null) {
    scope.problems.add('say for which schema, and what for: pgm new gcp add_labels');
  }
  const { VISUAL = '', EDITOR = '' } = scope.request.env;
  const editor = VISUAL.trim() || EDITOR.trim();
  if (edit && editor === '') {
    scope.problems.add('--edit opens the editor that VISUAL or EDITOR names: set one of them');
  }
  return {
    source: await usualHere(await resolveSource(scope), scope),
    historySchema: scope.read(options.connection.historySchema),
    schema: schema ?? '',
    name: name ?? '',
    editor: edit ? editor : null,
  };
}

/** If no directory was given and none exists, files belong in the usual one of a developer's machine. */
async function usualHere(source: SourceConfig, { request }: Scope): Promise<SourceConfig> {
  const isThere = source.origin !== 'default' || (await request.exists(source.directory));
  return isThere ? source : { ...source, directory: 'migrations' };
}

async function write({ config, emit, print }: CommandContext<Config>): Promise<number> {
  const { source, schema, name, historySchema, editor } = config;
  const { openWritableTree } = await adapters.writableTree();
  const { newFile } = await import('../../operations/new-file.js');
  const wallMs = systemClock.wallMs();
  const digits = new Date(wallMs).toISOString().replace(/\D/g, '').slice(0, 14);
  const { path, notes, sortsBefore } = newFile(openWritableTree(source.directory), {
    schema,
    name,
    reserved: [historySchema],
    now: { digits, ms: wallMs },
  });
  for (const message of notes) emit({ kind: 'warning', message });
  if (sortsBefore) emit({ kind: 'note', message: otherOrder });
  const file = join(source.directory, path);
  print(`${file}\n`);
  if (editor === null) return exitCodes.fine;
  const { edit } = await import('../process/edit.js');
  const ended = await edit(editor, file);
  if (ended.kind === 'exited') return ended.exitCode;
  throw new ConfigurationError([`the editor "${editor}" could not be started: ${ended.reason}`]);
}
