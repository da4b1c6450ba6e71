/** Compiles src to dist from scratch, so that no file of a removed source stays behind. */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** What bin/pgm.js prints for `--help` without loading the program. */
function help() {
  const main = join(root, 'dist/cli/main.js');
  const { status, stdout } = spawnSync(process.execPath, [main, '--help'], { encoding: 'utf8' });
  if (status !== 0) throw new Error('the program that was just built cannot print its help');
  return stdout;
}

rmSync(join(root, 'dist'), { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.json')], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
writeFileSync(join(root, 'dist/help.txt'), help());
writeFileSync(join(root, 'node_modules/.pgm-built'), '');
