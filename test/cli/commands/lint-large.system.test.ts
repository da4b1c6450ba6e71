import { afterEach, describe, expect, test } from 'vitest';
import { type Environment, pgm } from '../../support/pgm.js';
import { makeTree, type Tree } from '../../support/tree.js';

let tree: Tree;
afterEach(() => tree.remove());

async function lint(sql: string, env: Environment = {}) {
  tree = await makeTree({ 'app/001_a.sql': sql });
  return pgm(['lint', '--dir', tree.directory], env);
}

describe('pgm lint', () => {
  test('reads 30,000 statements of one file with 40 MiB of objects', async () => {
    const rows = Array.from(
      { length: 30_000 },
      (_, n) => `INSERT INTO seed (id, name) VALUES (${n}, 'name ${n}') ON CONFLICT DO NOTHING;`,
    );
    const { stdout, exitCode } = await lint(rows.join('\n'), {
      NODE_OPTIONS: '--max-old-space-size=40',
    });
    expect(stdout).toContain('1 file: 1 warning');
    expect(exitCode).toBe(0);
  });

  test('reads 4 MB in one file', async () => {
    const rows = Array.from({ length: 110_000 }, (_, at) => `(${at}, 'some text in a row of it')`);
    const sql = `INSERT INTO t (a, b) VALUES\n${rows.join(',\n')}\nON CONFLICT DO NOTHING;\nDROP TABLE IF EXISTS t;\n`;
    expect(sql.length).toBeGreaterThan(4_000_000);
    const { stdout } = await lint(sql);
    expect(stdout).toContain('app/001_a.sql:110003:1: warning: DROP TABLE');
  });

  test('reads 4 MB in one DO block, line by line', async () => {
    const updates = 'UPDATE t SET a = 1 WHERE id = 5;\n'.repeat(125_000);
    const { stdout } = await lint(`DO $$ BEGIN\n${updates}DROP TABLE IF EXISTS t;\nEND $$;\n`);
    expect(stdout).toContain('app/001_a.sql:125002:1: warning: DROP TABLE');
  });
});
