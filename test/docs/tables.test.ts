import { describe, expect, test } from 'vitest';
import type { RunReport, StatusReport } from '../../src/core/run/report.js';
import { migrateDocument, statusDocument } from '../../src/core/documents.js';
import { compare } from '../../src/core/run/compare.js';
import { emptyHistory } from '../../src/core/run/history.js';
import { buildSnapshot } from '../../src/core/files/snapshot.js';
import { parseHeaders } from '../../src/core/statements/headers.js';
import { codeIn, firstColumn, page, section } from './pages.js';

const snapshot = buildSnapshot(
  [{ kind: 'file', path: 'gcp/001_a.sql', bytes: new TextEncoder().encode('select 1') }],
  { schemas: null, reserved: [], generation: null, swappedAt: null },
);
const statuses = compare(snapshot, emptyHistory);
const verdict = { kind: 'up-to-date' } as const;

describe('docs/json.md', () => {
  const text = page('docs/json.md');

  test('has the fields that migrate prints', () => {
    const report: RunReport = {
      ...{
        revision: '',
        generation: null,
        statuses,
        details: statuses,
        applied: [],
        kept: [],
        beyond: [],
        supersededBy: null,
        heldByLint: null,
      },
      durationMs: 0,
    };
    const document = migrateDocument(report, statuses, verdict, { dryRun: false, lint: null });
    expectFields(document, ['Both:', 'Only `migrate`:'], text);
    expectFields(firstMigration(document), ['Each of `migrations`:'], text);
  });

  test('has the fields that status prints', () => {
    const report: StatusReport = {
      ...{
        target: '',
        databaseExists: false,
        server: null,
        lock: null,
        intent: null,
        isSuperseded: false,
        attempts: [],
      },
      ...{ source: { directory: '', origin: '' }, snapshot, statuses, verdict },
    };
    expectFields(statusDocument(report), ['Both:', 'Only `status`:'], text);
  });
});

test.each(firstColumn(section(page('docs/files.md'), '## Headers'), 'Lines').flatMap(codeIn))(
  'the header %s in docs/files.md is understood',
  (header) => {
    expect(parseHeaders(`${header}\nselect 1;\n`).problems).toEqual([]);
  },
);

function expectFields(document: object, leads: readonly string[], text: string): void {
  const documented = leads.flatMap((lead) => firstColumn(text, lead).flatMap(codeIn));
  expect(documented.toSorted()).toEqual(Object.keys(document).toSorted());
}

function firstMigration(document: object): object {
  return (document as { readonly migrations: readonly [object] }).migrations[0];
}
