/**
 * Runs the program below ROOT and keeps what V8 made of it, for when it lies below PLACE: code-cache.mjs ROOT PLACE, as
 * `keep-code.mjs` starts it. Functions are compiled when they are first called. The run is a `migrate` that finds no
 * server: it needs none, and comes through most of what every command begins with.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';

const [, , root, place] = process.argv;
const { compile, headOf, keepHeapSmall, keptCode, run } = createRequire(import.meta.url)(
  join(root, 'bin/program.js'),
);
const later = join(place, 'dist/pgm/main.cjs');
const directory = mkdtempSync(join(tmpdir(), 'pgm-build-'));
const unreachable = 4;

process.argv = ['node', 'pgm', 'migrate', '--dir', directory, '--wait-timeout', '0'];
process.env = { DATABASE_URL: `postgresql:///nobody?host=${directory}`, PGUSER: 'nobody' };
writeFileSync(join(directory, '001_x.sql'), 'select 1;\n');

keepHeapSmall();
const script = compile(later);
process.on('exit', (exitCode) => {
  rmSync(directory, { recursive: true });
  // V8 counts the seeds among the flags.
  setFlagsFromString('--hash-seed=0');
  setFlagsFromString('--random-seed=0');
  writeFileSync(keptCode, Buffer.concat([headOf(later), script.createCachedData()]));
  process.exitCode = exitCode === unreachable ? 0 : 1;
});
run(script);
