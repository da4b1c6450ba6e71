import type { Facts } from '../../src/core/lint/facts.js';
import type { LintReport } from '../../src/core/lint/lint-report.js';
import { type Example, filesOf } from '../../src/core/lint/rule-text.js';
import type { Snapshot } from '../../src/core/files/migration.js';
import { type LintConfig, noConfig } from '../../src/lint/config.js';
import { createLinter } from '../../src/lint/linter.js';
import { lint } from '../../src/operations/lint.js';
import { openGrammar } from '../../src/sql/grammar/open-grammar.js';
import { createSqlReader } from '../../src/sql/read-sql.js';
import { snapshotOf as snapshotOfTexts } from './memory/snapshot.js';

/** What may differ from a plain `pgm lint`. */
export interface LintSettings {
  readonly config?: LintConfig;
  readonly postgres?: number;
  readonly facts?: Facts;
  /** What is deployed: `--applied-to`. */
  readonly applied?: Example;
}

/** Lints one file (`public/001_example.sql`) or several by path, as `pgm lint` does. */
export async function lintOf(files: Example, settings: LintSettings = {}): Promise<LintReport> {
  const { config = noConfig, postgres = 18, applied, facts = null } = settings;
  const base =
    applied === undefined ? null : { name: 'base', migrations: snapshotOf(applied).migrations };
  return lint(snapshotOf(files), base, {
    linter: createLinter({ config, postgres, facts }),
    sqlReader: createSqlReader(),
    grammar: await openGrammar(),
    stop: { soon: new AbortController().signal },
  });
}

/** The same as one line a finding: `public/001_example.sql:1:1 drop-table`. */
export async function findingsOf(
  files: Example,
  settings: LintSettings = {},
): Promise<readonly string[]> {
  const report = await lintOf(files, settings);
  return report.files.flatMap(({ path, findings }) =>
    findings.map(({ rule, place }) => {
      const at = place === null ? '' : `:${place.line}:${place.column}`;
      return `${path}${at} ${rule}`;
    }),
  );
}

/** Lints the last of several files as the one that is still to run: those before it are deployed. */
export function lastFindingsOf(
  files: Example,
  settings: LintSettings = {},
): Promise<readonly string[]> {
  const before = Object.entries(filesOf(files)).slice(0, -1);
  if (before.length === 0) return findingsOf(files, settings);
  return findingsOf(files, { applied: Object.fromEntries(before), ...settings });
}

function snapshotOf(files: Example): Snapshot {
  return snapshotOfTexts(filesOf(files), { reserved: [] });
}
