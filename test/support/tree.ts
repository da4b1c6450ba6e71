import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A directory of migrations that a test may write to. */
export interface Tree {
  readonly directory: string;
  /** Writes files, given by their path below the directory, each in one step as editors do; null removes one. */
  write(files: Readonly<Record<string, string | Uint8Array | null>>): Promise<void>;
  remove(): Promise<void>;
}

export async function makeTree(
  files: Readonly<Record<string, string | Uint8Array | null>> = {},
): Promise<Tree> {
  const directory = await mkdtemp(join(tmpdir(), 'pgm-test-tree-'));
  const tree: Tree = {
    directory,
    write: async (changes) => {
      for (const [path, content] of Object.entries(changes)) {
        const file = join(directory, path);
        await mkdir(dirname(file), { recursive: true });
        if (content === null) await rm(file);
        else await replace(file, content);
      }
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
  await tree.write(files);
  return tree;
}

/** Nobody ever sees the file half written: a name with a dot in front is no migration. */
async function replace(file: string, content: string | Uint8Array): Promise<void> {
  const draft = join(dirname(file), '.draft');
  await writeFile(draft, content);
  await rename(draft, file);
}
