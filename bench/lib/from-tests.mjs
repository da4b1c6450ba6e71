/** Modules of the tests, so that what they imitate (the kubelet) is imitated in one way. Node 20 takes no TypeScript. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * The module at `path` below `test/`, with all it imports. It has no place of its own: what asks for `import.meta.url`
 * cannot be had this way.
 * @param {string} path @returns {Promise<unknown>}
 */
export async function fromTests(path) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../../test/${path}`, import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  const [{ contents } = { contents: new Uint8Array() }] = outputFiles;
  return import(`data:text/javascript;base64,${Buffer.from(contents).toString('base64')}`);
}
