import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A directory of migrations that a test may write to. */
export interface Tree {
  readonly directory: string;
  /** Writes files, given by their path below the directory; null removes one. */
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
        else await writeFile(file, content);
      }
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
  await tree.write(files);
  return tree;
}
