import { createSqlReader } from '../../src/sql/read-sql.js';
import { type ImportOptions, understand, type Understood } from '../../src/operations/import.js';
import type { FolderFile } from '../../src/core/moving/folder.js';

export type Contents = Readonly<Record<string, string | Uint8Array>>;

/** What pgm makes of a folder, given by its files; `there`: what the target has already. */
export function understood(
  files: Contents,
  options: Partial<ImportOptions> = {},
  there: Contents = {},
): Promise<Understood> {
  const found = Object.entries(files).map(([path, content]): FolderFile => {
    return { path, bytes: Buffer.from(content) };
  });
  const tree = {
    read: (path: string) => (there[path] === undefined ? null : Buffer.from(there[path])),
    write: () => {
      throw new Error('nothing is to be written');
    },
  };
  const { tool = null, schema = 'public', reserved = ['pgm'] } = options;
  return understand(found, { sqlReader: createSqlReader(), tree }, { tool, schema, reserved });
}

export type Known = Extract<Understood, { kind: 'understood' }>;

export async function known(...args: Parameters<typeof understood>): Promise<Known> {
  const result = await understood(...args);
  if (result.kind === 'understood') return result;
  throw new Error(JSON.stringify(result));
}

/** The files that would be written, as text. */
export function texts({ files }: Known): Record<string, string> {
  return Object.fromEntries(files.map(({ to, bytes }) => [to, Buffer.from(bytes).toString()]));
}

/** The files of a project, as seen from a directory in it. */
export function seenFrom(
  files: Readonly<Record<string, string>>,
  folder = '',
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      folder !== '' && path.startsWith(`${folder}/`)
        ? path.slice(folder.length + 1)
        : '../'.repeat(folder === '' ? 0 : folder.split('/').length) + path,
      text,
    ]),
  );
}
