import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PgmEvent } from '../../../src/core/events.js';
import type { RunReport, Verdict } from '../../../src/core/run/report.js';
import { openTerminationLog } from '../../../src/cli/process/termination-log.js';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pgm-test-'));
  file = join(directory, 'termination-log');
  writeFileSync(file, '');
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

const report: RunReport = {
  revision: 'abc',
  generation: null,
  statuses: [],
  details: null,
  applied: [],
  kept: [],
  beyond: [],
  supersededBy: null,
  heldByLint: null,
  durationMs: 1,
};
const planned: PgmEvent = { kind: 'run-planned', revision: 'abc', steps: 1, total: 1 };
const behind: Verdict = { kind: 'behind', reason: 'gcp/002_b.sql failed', failing: true };
const failed: PgmEvent = {
  kind: 'migration-failed',
  key: 'gcp/002_b.sql',
  path: 'gcp_002_b.sql',
  failure: {
    kind: 'sql',
    sqlstate: '42601',
    message: 'syntax error',
    detail: null,
    hint: null,
    context: null,
    place: { line: 3, column: 8 },
    excerpt: { text: 'select * fro t;', caret: 10 },
    advice: 'fix it',
  },
};

function finished(verdict: Verdict): PgmEvent {
  return { kind: 'run-finished', report, verdict };
}

test('holds what failed as long as it fails, and nothing once all is well', () => {
  const log = openTerminationLog(file, '/mnt');
  for (const event of [planned, failed, finished(behind)]) log.emit(event);
  expect(readFileSync(file, 'utf8')).toBe(
    [
      'gcp/002_b.sql failed',
      '/mnt/gcp_002_b.sql:3:8 syntax error (SQLSTATE 42601)',
      '  3 | select * fro t;',
      '    |          ^',
      '  to do: fix it',
    ].join('\n'),
  );
  for (const event of [planned, finished({ kind: 'up-to-date' })]) log.emit(event);
  expect(readFileSync(file, 'utf8')).toBe('');
});

test('holds why no run is possible, and why the process ended', () => {
  const log = openTerminationLog(file, '/mnt');
  log.emit({ kind: 'run-failed', reason: 'away', retryInMs: 1, revision: 'a', durationMs: 1 });
  expect(readFileSync(file, 'utf8')).toBe('away');
  log.fail('pgm watch: the port is taken');
  expect(readFileSync(file, 'utf8')).toBe('pgm watch: the port is taken');
});

test('is cut to what the kubelet reads, between two characters', () => {
  openTerminationLog(file, '').fail(`x${'é'.repeat(5_000)}`);
  const text = readFileSync(file, 'utf8');
  expect(Buffer.byteLength(text)).toBe(4_095);
  expect(text.endsWith('é')).toBe(true);
});

test('is never made, and no link is followed', () => {
  const absent = join(directory, 'absent');
  openTerminationLog(absent, '').fail('x');
  expect(existsSync(absent)).toBe(false);
  const link = join(directory, 'link');
  symlinkSync(file, link);
  openTerminationLog(link, '').fail('x');
  openTerminationLog(directory, '').fail('x');
  openTerminationLog('/dev/null', '').fail('x');
  expect(readFileSync(file, 'utf8')).toBe('');
});
