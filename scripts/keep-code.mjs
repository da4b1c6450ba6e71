/** Makes the file from which `bin/program.js` takes the compiled program: the last step of a build. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const worker = fileURLToPath(new URL('code-cache.mjs', import.meta.url));

/**
 * `root` holds `bin` and `dist`, and is going to lie at `place`; `flags` are those that Node is started with there. Gives
 * false, and says so, where the program did not do what was rehearsed with it: then less of it is kept than could be.
 */
export function keepCode(root, place, flags = []) {
  // Without chance, so that equal sources give equal code.
  const seeds = ['--hash-seed=1', '--random-seed=1'];
  const args = [...seeds, ...flags, worker, root, place];
  const { status, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: {},
    timeout: 60_000,
  });
  if (status !== 0) {
    process.stderr.write(
      `pgm asks its server something else than when scripts/rehearsal was recorded; npm run rehearse\n${stderr}`,
    );
  }
  return status === 0;
}
