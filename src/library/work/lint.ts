import { ConfigurationError } from '../../core/errors.js';
import type { Snapshot } from '../../core/files/migration.js';
import type { Facts } from '../../core/lint/facts.js';
import type { LintReport } from '../../core/lint/lint-report.js';
import { short } from '../../core/text/words.js';
import type { Deployed } from '../../operations/lint.js';
import * as adapters from '../open/adapters.js';
import { openSqlReader, readFiles } from '../open/compose.js';
import type { SourceConfig } from '../open/source-config.js';
import type { Hooks } from './hooks.js';
import { openLinter } from './lint-gate.js';
import { type LiveConfig, readLive } from './read-live.js';

interface LintConfig {
  readonly source: SourceConfig;
  readonly historySchema: string;
  /** The commit that is deployed. */
  readonly appliedTo: string | null;
  /** The live database whose files are deployed. */
  readonly live: LiveConfig | null;
  /** The oldest major version that the files are for. */
  readonly postgres: number;
  /** What `pgm verify` saw about these files. */
  readonly facts: Facts | null;
  /** The text of `pgm.lint.yaml`; null if there is none. */
  readonly configText: string | null;
}

export async function lint(config: LintConfig, hooks: Hooks): Promise<LintReport> {
  const snapshot = await readFiles(config, hooks.emit);
  const { postgres, configText, facts } = config;
  if (facts !== null && facts.revision !== snapshot.revision) {
    throw new ConfigurationError([
      `--facts is about other files (revision ${short(facts.revision)}): run pgm verify --json on these (${short(snapshot.revision)})`,
    ]);
  }
  const base = await readBase(snapshot, config, hooks);
  const linter = await openLinter(config.source.directory, { postgres, configText, facts });
  const { openGrammar } = await adapters.grammar();
  const [sqlReader, grammar] = [await openSqlReader(), await openGrammar()];
  const operations = await import('../../operations/lint.js');
  return operations.lint(snapshot, base, { linter, sqlReader, grammar, stop: hooks.stop });
}

async function readBase(
  today: Snapshot,
  { source, historySchema, appliedTo, live }: LintConfig,
  hooks: Hooks,
): Promise<Deployed | null> {
  if (live !== null) return readLive(today, { live, source }, hooks);
  if (appliedTo === null) return null;
  const { name, snapshot } = await adapters.readCommit(source, appliedTo, historySchema);
  return { name, migrations: snapshot.migrations };
}
