import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pack } from '../support/packed.js';

/** The package as it is published. */
const root = fileURLToPath(new URL('../../', import.meta.url));
let folder: string;
let packed: Awaited<ReturnType<typeof pack>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pgm-test-release-'));
  packed = await pack(folder);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('publint has nothing to say, not even a suggestion', async () => {
  const tarball = new Uint8Array(readFileSync(packed.tarball)).buffer;
  const { messages } = await publint({ pack: { tarball }, strict: true });
  expect(messages).toEqual([]);
});

test('the types are those of the code, for a program that imports it and for a bundler', async () => {
  const data = new Uint8Array(readFileSync(packed.tarball));
  const checked = await checkPackage(createPackageFromTarballData(data));
  if (!checked.types) throw new Error('the package has no types');
  const { entrypoints, problems } = checked;
  expect(Object.keys(entrypoints)).toContain('.');
  // The library is an ES module: what asks in Node's older ways gets what `engines` promises, or nothing.
  const isOlder = (kind: string, entrypoint: string) =>
    kind === 'node10' || (kind === 'node16-cjs' && entrypoint !== './testing');
  const left = problems.filter(
    (problem) =>
      !('resolutionKind' in problem && isOlder(problem.resolutionKind, problem.entrypoint)),
  );
  expect(left).toEqual([]);
  expect(entrypoints['.']?.resolutions['node16-esm'].resolution?.fileName).toMatch(/index\.d\.ts$/);
});

test('a program that requires postgres-manager/testing has its types', () => {
  const program = join(folder, 'program.cts');
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(root, join(folder, 'node_modules/postgres-manager'));
  writeFileSync(
    program,
    `import { migratedDatabase, Refused, type MigratedDatabase } from 'postgres-manager/testing';
export const make = (): Promise<MigratedDatabase> => migratedDatabase({ dir: 'migrations' });
export const messageOf = (error: unknown) => (error instanceof Refused ? error.code : null);
// @ts-expect-error: it is called dir
export const mistake = migratedDatabase({ directory: 'migrations' });
`,
  );
  const compiled = ts.createProgram([program], {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node20,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    skipLibCheck: true,
  });
  const problems = ts.getPreEmitDiagnostics(compiled);
  expect(problems.map(({ messageText }) => messageText)).toEqual([]);
});

/** The only places, and what may be there. */
const places: readonly RegExp[] = [
  /^(?:package\.json|README\.md|CHANGELOG\.md|LICENSE|bin\/(?:pgm\.js|package\.json))$/,
  /^dist\/(?:help\.txt|index\.js|index\.d\.ts)$/,
  /^dist\/(?:core|db|embedded|http|kubernetes|library|lint|operations|source|sql|testing)\/[\w./-]+\.(?:js|d\.ts)$/,
  /^dist\/testing\/index\.(?:cjs|d\.cts)$/,
  /^dist\/pgm\/(?:LICENSES\.txt|[\w-]+\.cjs|libpg-query\.wasm)$/,
];

test('it has the program, the library, their licences and nothing else', () => {
  const paths = packed.files.map(({ path }) => path);
  expect(paths.filter((path) => !places.some((place) => place.test(path)))).toEqual([]);
  expect(paths).toEqual(
    expect.arrayContaining([
      ...['LICENSE', 'README.md', 'CHANGELOG.md', 'bin/pgm.js', 'dist/index.d.ts'],
      ...['dist/pgm/main.cjs', 'dist/pgm/LICENSES.txt', 'dist/library/migrate.js'],
    ]),
  );
  // The command line is in the program, and would be there twice.
  expect(paths.filter((path) => path.includes('/cli/'))).toEqual([]);
  expect(packed.files.filter(({ size }) => size === 0)).toEqual([]);
});

/** By what those who hold the rights ask for when a copy is passed on. */
const free = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'Unlicense', '0BSD'];

test('each package in the program is there with its licence, which allows to pass it on', () => {
  const text = readFileSync(join(root, 'dist/pgm/LICENSES.txt'), 'utf8');
  const parts = text.split(`\n${'-'.repeat(80)}\n\n`);
  const names = parts.map((part) => /^(\S+) \d/.exec(part)?.[1] ?? part.slice(0, 60));
  expect(names).toEqual(expect.arrayContaining(['postgres', 'commander', 'libpg-query', 'yaml']));
  for (const [at, name] of names.entries()) {
    const { version, license } = manifestOf(name);
    expect(parts[at]?.split('\n', 1)[0]).toBe(`${name} ${version}`);
    expect(free, name).toContain(license);
    // The words of MIT, ISC and BSD, of Apache, or that there is nothing to ask for.
    expect(parts[at], name).toMatch(/permission|redistribut|Apache License|Unlicense/i);
  }
});

test('every package that the program and the library need has such a licence', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
  const needed = Object.entries(packages).filter(
    ([path, { dev, peer, optional }]) => path !== '' && !dev && !peer && !optional,
  );
  expect(needed.length).toBeGreaterThan(10);
  expect(needed.filter(([, { license }]) => !free.includes(license ?? ''))).toEqual([]);
});

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly license?: string; dev?: boolean; peer?: boolean; optional?: boolean }>
  >;
}

function manifestOf(name: string): { readonly version: string; readonly license: string } {
  const path = join(root, 'node_modules', name, 'package.json');
  return JSON.parse(readFileSync(path, 'utf8')) as { version: string; license: string };
}
