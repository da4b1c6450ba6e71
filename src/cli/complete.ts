import { parsePath } from '../core/files/names.js';
import { compareBytes, compareMigrations } from '../core/files/order.js';
import * as adapters from '../library/open/adapters.js';
import { diskFiles } from '../library/open/compose.js';
import { resolveSource } from './config/resolve-run.js';
import { options } from './config/table/options.js';
import { Scope } from './config/table/scope.js';

/**
 * `pgm completion --complete KIND CURRENT WORDS…`, as the scripts of `pgm completion` call it at each Tab: prints the
 * names that start with CURRENT, one per line. It is a separate program so that it starts quickly. `words`: the whole
 * line.
 */
async function complete([kind, current = '', ...words]: readonly string[]): Promise<string> {
  const directory = await directoryOf(words);
  const { listNames } = await adapters.writableTree();
  const files = listNames(directory).paths.flatMap((path) => {
    const file = parsePath(path);
    return file.kind === 'migration' ? [file] : [];
  });
  const typed = current.replace(/^--[a-z-]+=/, '');
  const names = kind === 'key' ? keysOf(files) : schemasOf(files);
  // The finished part of the list: `gcp,` of `gcp,aw`.
  const [before = ''] = kind === 'schemas' ? (/^.*,/s.exec(typed) ?? []) : [];
  const left = names.filter((name) => !before.split(',').includes(name));
  const found = left.map((name) => before + name).filter((name) => name.startsWith(typed));
  return found
    .filter(isPlain)
    .map((name) => `${name}\n`)
    .join('');
}

type File = Extract<ReturnType<typeof parsePath>, { kind: 'migration' }>;

function keysOf(files: readonly File[]): readonly string[] {
  return [...files].sort(compareMigrations).map(({ schema, filename }) => `${schema}/${filename}`);
}

function schemasOf(files: readonly File[]): readonly string[] {
  return [...new Set(files.map(({ schema }) => schema))].sort(compareBytes);
}

/** Other names would need quotes, which differ between shells. */
function isPlain(name: string): boolean {
  return /^[\p{L}\p{M}\p{N}_.,/-]+$/u.test(name);
}

/** The directory that the command would choose. */
async function directoryOf(words: readonly string[]): Promise<string> {
  const dir = words.flatMap((word, at) => {
    if (word.startsWith('--dir=')) return [word.slice('--dir='.length)];
    if (word !== '--dir') return [];
    return [words[words[at + 1] === '=' ? at + 2 : at + 1] ?? ''];
  });
  const scope = new Scope({
    command: { name: 'migrate', options: Object.values(options.source) },
    flags: dir.length === 0 ? {} : { dir: unquoted(dir.at(-1) ?? '') },
    rest: [],
    env: process.env,
    homedir: '',
    username: null,
    ...diskFiles,
  });
  return (await resolveSource(scope)).directory;
}

/** The shell passes the words as typed. */
function unquoted(word: string): string {
  const text = word.replace(/^(["'])(.*?)\1?$/s, '$2').replace(/\\(.)/gs, '$1');
  return text.replace(/^~(?=\/|$)/, process.env['HOME'] ?? '~');
}

process.stdout.on('error', () => undefined);
void complete(process.argv.slice(4)).then(
  (text) => process.stdout.write(text),
  () => undefined,
);
