/**
 * Prints what the package consists of, as CycloneDX: the packages that are bundled in the program and that the library
 * imports, with versions, licences and hashes, by package-lock.json.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runtimeBom } from './release/bom.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
const { status, stdout, stderr } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' });
if (status !== 0) {
  process.stderr.write(stderr);
  process.exit(status ?? 1);
}
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
process.stdout.write(`${JSON.stringify(runtimeBom(JSON.parse(stdout), manifest), null, 2)}\n`);
