/** Modules of the tests, so that both imitate the kubelet in the same way. Node 20 does not run TypeScript. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * The module at `path` below `test/`, with all it imports. It has no path of its own: modules that use `import.meta.url`
 * cannot be loaded this way.
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
