import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as library from '../../src/index.js';
import { createDatabase, type Database } from '../support/database.js';
import { codeIn, firstColumn, page, root, section } from './pages.js';

/** The example of docs/library.md in a folder of its own that has the built package installed, as its reader would. */
const text = page('docs/library.md');
let folder: string;
let program: string;
let database: Database;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgm-test-library-'));
  await mkdir(join(folder, 'node_modules'));
  await symlink(root, join(folder, 'node_modules/postgres-manager'));
  program = join(folder, 'example.mts');
  await writeFile(program, /^```ts\n([\s\S]*?)^```/m.exec(section(text, '## Example'))?.[1] ?? '');
  await mkdir(join(folder, 'migrations/shop'), { recursive: true });
  database = await createDatabase();
});

afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

test('the example compiles, and applies files to a real server', async () => {
  expect(compile()).toEqual([]);
  await write(
    '001_schema.sql',
    'CREATE SCHEMA IF NOT EXISTS shop; CREATE TABLE shop.orders (n int);',
  );
  await write('002_orders.sql', 'INSERT INTO shop.order VALUES (1);');
  expect(await run()).toEqual({
    exitCode: 1,
    stdout: 'applied shop/001_schema.sql\n1 applied now, 1 failed\n',
    stderr: 'shop/002_orders.sql: relation "shop.order" does not exist\n',
  });
  await write('002_orders.sql', 'INSERT INTO shop.orders VALUES (1);');
  expect(await run()).toEqual({
    exitCode: 0,
    stdout: 'applied shop/002_orders.sql\n1 applied now, 0 failed\n',
    stderr: '',
  });
  expect(await run()).toEqual({ exitCode: 0, stdout: '0 applied now, 0 failed\n', stderr: '' });
  expect(await run('postgresql://u:c4nary@')).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringMatching(/^ConfigurationError: databaseUrl: (?!.*c4nary)/) as string,
  });
  expect(await database.sql`select n from shop.orders`).toHaveLength(1);
});

test('docs/library.md has every export', () => {
  const tables = ['| function |', '| error |'].flatMap((lead) => firstColumn(text, lead));
  expect(tables.flatMap(codeIn).toSorted()).toEqual(Object.keys(library).toSorted());
});

/** What the compiler has to say, under the strict rules of a new project; writes `example.mjs`. */
function compile(): readonly string[] {
  const compiled = ts.createProgram([program], {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    skipLibCheck: true,
  });
  const problems = [...ts.getPreEmitDiagnostics(compiled), ...compiled.emit().diagnostics];
  return problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

function write(name: string, sql: string): Promise<void> {
  return writeFile(join(folder, 'migrations/shop', name), sql);
}

interface Ran {
  readonly exitCode: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

function run(url = database.url): Promise<Ran> {
  const options = { cwd: folder, env: { PATH: process.env['PATH'], DATABASE_URL: url } };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(folder, 'example.mjs')], options, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : (error.code ?? 'none'), stdout, stderr });
    });
  });
}
