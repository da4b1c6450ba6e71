import type { RefusedFile, Snapshot } from '../../core/migration.js';
import { printable } from '../../core/names.js';
import { count } from '../../core/words.js';
import { short } from '../../core/words.js';
import { debug, info, type Sentence, slotOf, warn } from './sentence.js';

/** What was found in a source whose content is new. */
export function sourceRead(directory: string, snapshot: Snapshot): readonly Sentence[] {
  const { refused, ignored, leftOut, warnings } = snapshot;
  return [
    found(directory, snapshot),
    ...refused.map(refusal),
    ...warnings.map((warning): Sentence => ({
      ...warn(printable(warning)),
      slot: slotOf('source-warning', warning),
      aspect: 'source-warning',
      facts: {},
    })),
    ...leftOut.map(({ schema, files }): Sentence => ({
      ...info(`${schema} left out by --schemas (${count(files, 'file')})`),
      slot: slotOf('left-out', schema),
      aspect: 'schema-left-out',
      facts: { schema, files },
    })),
    ...(ignored.length > 0 ? [ignoredFiles(ignored)] : []),
  ];
}

function found(directory: string, { migrations, revision, generation }: Snapshot): Sentence {
  if (migrations.length === 0) return warn(`no migrations found in ${directory}`);
  const schemas = [...new Set(migrations.map(({ schema }) => schema))];
  const what = `${count(migrations.length, 'migration')} in ${count(schemas.length, 'schema')} (${schemas.join(', ')})`;
  const swap = generation === null ? '' : `, generation ${generation}`;
  return info(`${what}, revision ${short(revision)}${swap}`);
}

function refusal({ path, reason, byteOffset }: RefusedFile): Sentence {
  const where = byteOffset === null ? '' : ` (at byte ${byteOffset})`;
  return {
    level: 'error',
    text: `${printable(path)} refused: ${reason}${where}`,
    aspect: 'file-refused',
    facts: { path, reason, byteOffset },
  };
}

function ignoredFiles(ignored: readonly string[]): Sentence {
  return {
    ...debug(`ignored: ${ignored.map(printable).join(', ')}`),
    aspect: 'files-ignored',
    facts: { files: ignored.length },
  };
}
