import type { Migration, Snapshot } from '../core/files/migration.js';
import type { LintReport } from '../core/lint/lint-report.js';
import { countFindings, type Severity } from '../core/proof/proof.js';
import type { Linter } from '../core/lint/linter.js';
import type { Stop } from '../core/ports.js';
import type { Due, Gate, LintHold } from '../core/run/lint-hold.js';
import { type Deployed, lint } from './lint.js';
import type { LintReaders } from './lint/read-for-lint.js';

export interface GatePorts {
  readonly readers: LintReaders;
  /** The text of `pgm.lint.yaml`, read each time; null if there is none. */
  readonly readConfig: () => Promise<string | null>;
  /** Throws `ConfigurationError` if that text is wrong. `postgres`: the major version of the server. */
  readonly openLinter: (configText: string | null, postgres: number) => Promise<Linter>;
  readonly stop: Pick<Stop, 'soon'>;
  /** Called once with what it found, until the files, what is applied or the settings change. */
  readonly onHeld: (hold: LintHold, report: LintReport) => void;
}

export interface GateOptions {
  /** The least severe finding that keeps a revision from being applied. */
  readonly severity: Severity;
  /** Where the history is: `localhost:5432/app`. */
  readonly target: string;
}

/** The gate of `--lint`: judges what is due as `pgm lint` does, with what the history says is applied as deployed. */
export class LintGate implements Gate {
  #last: { readonly question: string; readonly hold: LintHold | null } | null = null;

  constructor(
    readonly ports: GatePorts,
    readonly options: GateOptions,
  ) {}

  async look(due: Due, postgres: string | null): Promise<LintHold | null> {
    const configText = await this.ports.readConfig();
    const snapshot = withoutBeyond(due);
    const base = { name: this.options.target, migrations: inPlace(due) };
    const question = questionOf(snapshot, base, [configText, postgres]);
    if (this.#last?.question === question) return this.#last.hold;
    const { readers, stop, openLinter, onHeld } = this.ports;
    const linter = await openLinter(configText, majorOf(postgres));
    const report = holding(
      await lint(snapshot, base, { ...readers, linter, stop }),
      this.options.severity,
    );
    const hold = holdOf(report);
    this.#last = { question, hold };
    if (hold !== null) onHeld(hold, report);
    return hold;
  }
}

/** What `--to` leaves for later is not judged. */
function withoutBeyond({ snapshot, plan: { beyond } }: Due): Snapshot {
  const left = new Set(beyond);
  const migrations = snapshot.migrations.filter(({ key }) => !left.has(key));
  return { ...snapshot, migrations };
}

/**
 * What is deployed. For a file edited since, only today's text is known and used instead: with a checksum that no file has,
 * if it is to run again.
 */
function inPlace({ details, plan: { kept } }: Due): readonly Migration[] {
  return details.flatMap(({ migration, state, key, row }) => {
    if (migration === null) return [];
    if (state === 'applied' || kept.includes(key)) return [migration];
    return (row?.appliedChecksum ?? null) === null ? [] : [{ ...migration, checksum: '' }];
  });
}

function questionOf(
  { revision, migrations, refused }: Snapshot,
  base: Deployed,
  rest: readonly (string | null)[],
): string {
  const there = base.migrations.map(({ key, checksum }) => [key, checksum]);
  return JSON.stringify([revision, migrations.length, refused.length, there, rest]);
}

/** Only files that are due hold a revision back: an applied file is judged again when it is edited. */
function holding(report: LintReport, severity: Severity): LintReport {
  const files = report.files.map((file) => ({
    ...file,
    findings: file.isDue
      ? file.findings.filter((each) => severity === 'warning' || each.severity === 'error')
      : [],
  }));
  return { ...report, files };
}

function holdOf(report: LintReport): LintHold | null {
  const { error, warning } = countFindings(report);
  if (error + warning === 0) return null;
  const findings = report.files.flatMap(({ path, findings: own }) =>
    own.map(({ rule, severity, message, place, excerpt, advice }) => {
      return { path, rule, severity, message, place, excerpt, advice };
    }),
  );
  return { revision: report.revision, errors: error, warnings: warning, findings };
}

/** The major version of `18.1` or `17beta2`; an unknown one counts as the newest that pgm knows. */
function majorOf(version: string | null): number {
  const major = Number.parseInt(version ?? '', 10);
  return major >= 14 && major <= 18 ? major : 18;
}
