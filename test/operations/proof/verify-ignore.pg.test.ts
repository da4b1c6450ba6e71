import { describe, expect, test } from 'vitest';
import { countFindings, proofRules } from '../../../src/core/proof/proof.js';
import { ignorableRules } from '../../../src/core/statements/rule-names.js';
import { ignoreRules } from '../../../src/core/statements/take-back.js';
import { fileOf, foundIn, prove } from '../../support/proof.js';

const table = 'create table if not exists public.t (id int primary key, n int);\n';

test('every rule of verify can be taken back, but for those about files that are refused or gone, about a live database, and about ignores', () => {
  const ofFiles = ['refused', 'deleted-file', 'renamed-file'];
  const ofLive = ['unknown-content', 'fails-in-base'];
  const others = [...ofFiles, ...ofLive, ...Object.keys(ignoreRules)];
  expect([...ignorableRules.verify, ...others].sort()).toEqual(Object.keys(proofRules).sort());
});

describe('verify', () => {
  test('counts a finding that the file takes back for nothing, and still tells its verdict and reason', async () => {
    const text = `select 1;\n-- pgm:ignore fails-second-time because it runs on new databases only\ncreate table public.u ();\n`;
    const proof = await prove({ 'public/001_t.sql': table, 'public/002_u.sql': text });
    expect(countFindings(proof)).toEqual({ error: 0, warning: 0 });
    expect(fileOf(proof, 'public/002_u.sql')).toMatchObject({
      verdict: 'fails the second time',
      findings: [],
      ignored: [
        { finding: { rule: 'fails-second-time' }, reason: 'it runs on new databases only' },
      ],
    });
  });

  test('takes back what it saw on tables with rows, for one statement', async () => {
    const text = `create index if not exists t_n on public.t (n);
-- pgm:ignore index-shuts-out-writers because the table is small
create index if not exists t_n2 on public.t (n, id);`;
    const files = { 'public/001_t.sql': table, 'public/002_i.sql': text };
    expect(foundIn(await prove(files), 'public/002_i.sql')).toEqual([
      '1:1 index-shuts-out-writers',
    ]);
  });

  test('tells a line that takes nothing back, with its place', async () => {
    const text = `${table}  -- pgm:ignore scans-locked-table because it is small\nselect 1;`;
    expect(foundIn(await prove({ 'public/001_t.sql': text }), 'public/001_t.sql')).toEqual([
      '2:3 stale-ignore',
    ]);
  });

  test.each([
    [
      '-- pgm:ignore no-such-rule because a\tb\r\nselect 1;',
      '-- pgm:ignore no-such-rule because a b',
    ],
    [
      `select 'canary';\n  -- pgm:ignore no-such-rule because it's small\nselect 1;`,
      `  -- pgm:ignore no-such-rule because it's small`,
    ],
    ['select $$\n-- pgm:ignore no-such-rule because canary\n$$;', '•••'],
    [`select '\n-- pgm:ignore no-such-rule because canary';`, `•••';`],
    ['select 1; /*\n-- pgm:ignore no-such-rule because canary\n*/ select 2;', '•••'],
    [
      '/* canary */ -- pgm:ignore no-such-rule because b\nselect 2;',
      '/*•••*/ -- pgm:ignore no-such-rule because b',
    ],
  ])('shows a line that is wrong as it is written, and no secret: %j', async (text, shown) => {
    const proof = await prove({ 'public/001_t.sql': text });
    const { findings } = fileOf(proof, 'public/001_t.sql');
    expect(findings.map(({ rule, excerpt }) => [rule, excerpt?.text])).toEqual([
      ['unknown-ignore', shown],
    ]);
  });

  test('does not call a line stale whose rule it had no chance to find', async () => {
    const scan = `-- pgm:ignore scans-locked-table because it is small\n`;
    const files = {
      'public/001_rows.sql': `${scan}${table}`,
      'public/002_fails.sql': `-- pgm:ignore changes-second-time because x\n${scan}select nothing;`,
    };
    const proof = await prove(files, { rows: 0 });
    expect(foundIn(proof, 'public/001_rows.sql')).toEqual([]);
    expect(foundIn(proof, 'public/002_fails.sql')).toEqual(['3:8 fails-first-time']);
  });
});
