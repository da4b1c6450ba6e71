/**
 * Fills the cache of compiled code that bin/pgm.js reads in the image.
 *
 * Runs in a stage of its own, because Node uses compiled code only if its release, the file's path and the user are the same.
 * The run ends at a port where nothing listens: what follows is compiled when needed.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const cache = `/app/dist/compile-cache-${process.getuid()}`;
mkdirSync(cache);
const args = ['migrate', '--dir', '/app/bin', '--wait-timeout', '1ms'];
const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' };
const { stdout, stderr } = spawnSync('/app/bin/pgm.js', args, { env, encoding: 'utf8' });
const made = readdirSync(cache, { recursive: true, withFileTypes: true });
if (!made.some((entry) => entry.isFile())) {
  throw new Error(`nothing was compiled:\n${stdout}${stderr}`);
}
// Node makes them readable only for their owner, which in the image is root.
for (const entry of made)
  chmodSync(join(entry.parentPath, entry.name), entry.isFile() ? 0o644 : 0o755);
