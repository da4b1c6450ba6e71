import { Interrupted } from '../core/errors.js';
import type { Migration, RefusedFile, Snapshot } from '../core/files/migration.js';
import type { SourceFile } from '../core/lint/linted-file.js';
import type { Linter, SourceFinding } from '../core/lint/linter.js';
import { type FileLint, findingOf, type LintReport } from '../core/lint/lint-report.js';
import type { Stop } from '../core/ports.js';
import { headersOf } from '../core/statements/headers.js';
import { type LintReaders, readForLint } from './lint/read-for-lint.js';

interface LintPorts extends LintReaders {
  readonly linter: Linter;
  readonly stop: Pick<Stop, 'soon'>;
}

/** Files that are deployed. */
export interface Deployed {
  /** Where they come from: `main (0123456789ab)`. */
  readonly name: string;
  readonly migrations: readonly Migration[];
}

/** Looks for what is dangerous in files, in their order, without a server. `base`: what is deployed; null if not known. */
export async function lint(
  snapshot: Snapshot,
  base: Deployed | null,
  ports: LintPorts,
): Promise<LintReport> {
  const { linter, stop } = ports;
  for (const migration of base?.migrations ?? []) {
    linter.deploy(await readForLint(migration, false, ports));
  }
  const inPlace = new Map((base?.migrations ?? []).map(({ key, checksum }) => [key, checksum]));
  const isDue = ({ key, checksum }: Migration): boolean => inPlace.get(key) !== checksum;
  const files: FileLint[] = snapshot.refused.map(refusedLint);
  let makesTables = false;
  for (const migration of snapshot.migrations) {
    if (stop.soon.aborted) throw new Interrupted();
    const file = await readForLint(migration, isDue(migration), ports);
    makesTables ||= file.makesTable;
    files.push(linter.lint(file));
  }
  const found = linter.finish({
    files: snapshot.migrations.map((migration) => sourceFile(migration, isDue(migration))),
  });
  const whole = withFindings(nothingOf(null, ''), found);
  return {
    revision: snapshot.revision,
    base: base?.name ?? null,
    makesTables,
    files: [
      ...files.map((file) => withFindings(file, found)),
      ...(whole.findings.length > 0 ? [whole] : []),
    ],
  };
}

function nothingOf(key: string | null, path: string): FileLint {
  return { key, path, isDue: true, findings: [], ignored: [] };
}

function refusedLint({ key, path, reason }: RefusedFile): FileLint {
  const findings = [findingOf('refused', 'error', reason, null)];
  return { ...nothingOf(key ?? path, path), findings };
}

function sourceFile(migration: Migration, isDue: boolean): SourceFile {
  const { key, schema, number, filename, sql } = migration;
  const bytes = Buffer.byteLength(sql);
  return { key, schema, number, filename, bytes, isDue, ignores: headersOf(sql).ignore };
}

function withFindings(file: FileLint, found: readonly SourceFinding[]): FileLint {
  const own = found.filter(({ key }) => key === file.key);
  if (own.length === 0) return file;
  return {
    ...file,
    findings: [
      ...own.flatMap(({ finding, takenBack }) => (takenBack === null ? [finding] : [])),
      ...file.findings,
    ],
    ignored: [
      ...file.ignored,
      ...own.flatMap(({ finding, takenBack }) =>
        takenBack === null ? [] : [{ finding, reason: takenBack.reason }],
      ),
    ],
  };
}
