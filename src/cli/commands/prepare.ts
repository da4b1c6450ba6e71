import { treeOf } from '../../core/configmap/configmap-tree.js';
import { NotCopied } from '../../core/errors.js';
import type { RefusedFile } from '../../core/files/migration.js';
import { printable } from '../../core/files/names.js';
import { count } from '../../core/text/words.js';
import * as adapters from '../../library/open/adapters.js';
import type { SourceConfig } from '../../library/open/source-config.js';
import { resolveSource } from '../config/resolve-run.js';
import { usualDirectories } from '../config/table/options-source.js';
import { options } from '../config/table/options.js';
import type { Scope } from '../config/table/scope.js';
import { exitCodes } from '../process/exit-codes.js';
import { type Command, type CommandContext, runCommand } from './run-command.js';

type Config = Awaited<ReturnType<typeof configure>>;

export const prepare: Command<'prepare', Config> = {
  name: 'prepare',
  summary: 'copy a mounted ConfigMap to a tree of files',
  options: [
    options.connection.historySchema,
    ...Object.values(options.source),
    options.kubernetes.target,
    options.kubernetes.sentinel,
    ...Object.values(options.output),
  ],
  result: 'log',
  configure,
  run: (line) => runCommand(prepare, line, copyTree),
};

async function configure(scope: Scope) {
  return {
    source: mountedSource(await resolveSource(scope)),
    historySchema: scope.read(options.connection.historySchema),
    target: scope.read(options.kubernetes.target),
    sentinel: scope.read(options.kubernetes.sentinel),
  };
}

/** By default the mount is copied. The other usual directories are targets, or belong to a developer's machine. */
function mountedSource(source: SourceConfig): SourceConfig {
  if (source.origin !== 'default') return source;
  return { ...source, directory: usualDirectories[0], reason: 'no other directory was given' };
}

/**
 * Does not wait for the database. Refused files are copied too, so that `watch` reports them. If one cannot be copied,
 * the tree stays as it is, without a sentinel: a tree that lacks a file would look complete.
 */
async function copyTree({ config, emit }: CommandContext<Config>): Promise<number> {
  const { source, historySchema, target, sentinel } = config;
  const { directory, reason } = source;
  emit({ kind: 'source-chosen', directory, reason });
  const { assertApart } = await adapters.overlap();
  assertApart({ source: directory, target, sentinel });
  const { snapshot, bytes } = await adapters.copySource(source, historySchema);
  emit({ kind: 'source-read', directory, snapshot });
  const { wanted, lacks } = treeOf(snapshot, bytes);
  const { prepareTree, removeSentinel } = await adapters.prepareTree();
  if (lacks.length > 0) {
    removeSentinel(sentinel);
    throw new NotCopied(incomplete(lacks, config));
  }
  const { written, removed, strangers } = prepareTree({ wanted, target, sentinel });
  for (const path of removed) emit({ kind: 'note', message: `${printable(path)} removed` });
  for (const path of strangers) {
    const message = `${printable(path)} in ${target} was not put there by pgm and stays; remove it if it should not run`;
    emit({ kind: 'warning', message });
  }
  const kept = wanted.size - written.length;
  const changes = `${written.length} written, ${kept} unchanged, ${removed.length} removed`;
  emit({ kind: 'note', message: `${count(wanted.size, 'file')} in ${target}: ${changes}` });
  emit({ kind: 'note', message: `${sentinel} written` });
  return exitCodes.fine;
}

function incomplete(lacks: readonly RefusedFile[], { source, target, sentinel }: Config): string {
  const files = lacks.map(({ path, reason }) => `${printable(path)} (${reason})`).join('; ');
  return (
    `${count(lacks.length, 'file')} in ${source.directory} could not be copied: ${files}. ` +
    `${target} was left as it was and there is no ${sentinel}; correct the source and run pgm prepare again`
  );
}
