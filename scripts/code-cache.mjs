/**
 * Runs the program below ROOT and keeps what V8 made of it, for when it lies below PLACE: code-cache.mjs ROOT PLACE, as
 * `keep-code.mjs` starts it. Functions are compiled when they are first called, so the program rehearses what most runs do,
 * with a server that only says its part. Ends with 1 where it came out otherwise; what was kept is of use all the same.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { actsOn, writeFiles } from './rehearsal/parts.mjs';
import { playServer } from './rehearsal/play.mjs';

const [, , root, place] = process.argv;
const { compile, headOf, keptCode, run, setFlags } = createRequire(import.meta.url)(
  join(root, 'bin/program.js'),
);
const later = join(place, 'dist/pgm/main.cjs');
const directory = mkdtempSync(join(tmpdir(), 'pgm-build-'));
const migrations = join(directory, 'migrations');

writeFiles(migrations);
process.env = { DATABASE_URL: `postgresql:///rehearsal?host=${directory}`, PGUSER: 'nobody' };
const server = playServer(join(directory, '.s.PGSQL.5432'));

setFlags();
const script = compile(later);
const acts = actsOn(migrations).values();
const exit = process.exit;
let asPlanned = true;

/** The program ends with this, once for each act. */
process.exit = (exitCode) => {
  asPlanned &&= exitCode === 0;
  const { value: words } = acts.next();
  if (words === undefined) end();
  process.argv = ['node', 'pgm', ...words];
  run(script);
};

function end() {
  server.close();
  rmSync(directory, { recursive: true });
  // V8 counts the seeds among the flags.
  setFlagsFromString('--hash-seed=0');
  setFlagsFromString('--random-seed=0');
  writeFileSync(keptCode, Buffer.concat([headOf(later), script.createCachedData()]));
  exit(asPlanned && server.isOver() ? 0 : 1);
}

process.exit(0);
