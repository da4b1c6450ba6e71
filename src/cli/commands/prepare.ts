import { treeOf } from '../../core/configmap-tree.js';
import { printable } from '../../core/names.js';
import { assertApart, copySource, prepareTree } from '../compose.js';
import { exitCodes } from '../exit-codes.js';
import { count } from '../../core/words.js';
import type { CommandBody } from '../run-command.js';

/** `pgm prepare`: waits for nothing. A file that is refused is copied too, so that `watch` names it. */
export const prepareCommand: CommandBody<'prepare'> = async ({ config, emit }) => {
  const { source, historySchema, target, sentinel } = config;
  const { directory, reason } = source;
  emit({ kind: 'source-chosen', directory, reason });
  await assertApart({ source: directory, target, sentinel });
  const { snapshot, bytes } = await copySource(source, historySchema);
  emit({ kind: 'source-read', directory, snapshot });
  const wanted = treeOf(snapshot, bytes);
  const { written, removed, strangers } = await prepareTree({ wanted, target, sentinel });
  for (const path of removed) emit({ kind: 'note', message: `${printable(path)} removed` });
  for (const path of strangers) {
    const message = `${printable(path)} in ${target} comes from somebody else and stays; remove it if it shall not run`;
    emit({ kind: 'warning', message });
  }
  const kept = wanted.size - written.length;
  const changes = `${written.length} written, ${kept} as they were, ${removed.length} removed`;
  emit({ kind: 'note', message: `${count(wanted.size, 'file')} in ${target}: ${changes}` });
  emit({ kind: 'note', message: `${sentinel} says so` });
  return exitCodes.fine;
};
