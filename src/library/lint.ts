import { join } from 'node:path';
import { type Facts, readFacts } from '../core/lint/facts.js';
import type { LintDocument } from '../core/lint/lint-report.js';
import type { ProofDocument } from '../core/proof/proof-document.js';
import { call } from './call.js';
import { isObject, type OptionReader } from './option-reader.js';
import type { CallOptions, SourceOptions } from './options.js';
import { settleLive } from './settle-shadow.js';
import { settleHistory, settleSource } from './settle.js';

export interface LintOptions extends CallOptions, SourceOptions {
  /** A commit of git whose files are deployed. Default: none, so every file counts as pending. */
  readonly appliedTo?: string | undefined;
  /** The same from the history of a live database, which is only read. Not together with `appliedTo`. */
  readonly databaseUrl?: string | undefined;
  /** The oldest major version of PostgreSQL that the files are for. Default 18. */
  readonly postgres?: number | undefined;
  /** What `verify` returned for the same files: findings then say whether it saw them. Default: unknown. */
  readonly facts?: ProofDocument | undefined;
  /** The schema that the files may not use. Default `pgm`. */
  readonly historySchema?: string | undefined;
}

/**
 * Looks for what is dangerous in the files, without a server. Uses the `pgm.lint.yaml` beside them. The result is what `pgm
 * lint --format json` prints. Throws `ConfigurationError`, `SourceMissing`, `Interrupted`, and with `databaseUrl` what
 * `status` throws.
 */
export function lint(options: LintOptions): Promise<LintDocument> {
  return call(options, {
    settle: settleLint,
    work: async (config, hooks) => {
      const work = await import('./work/lint.js');
      const { configName, readIfThere } = await import('./work/lint-gate.js');
      const { lintDocument } = await import('../core/lint/lint-report.js');
      const configText = await readIfThere(join(config.source.directory, configName));
      return lintDocument(await work.lint({ ...config, configText }, hooks));
    },
  });
}

/** The checked options, with defaults. */
export async function settleLint(reader: OptionReader<LintOptions>) {
  const historySchema = settleHistory(reader);
  const [appliedTo, url] = [reader.text('appliedTo'), reader.text('databaseUrl')];
  if (appliedTo !== null && url !== null) {
    reader.problems.add('appliedTo and databaseUrl are both given: give one of them');
  }
  return {
    source: settleSource(reader, historySchema),
    historySchema,
    appliedTo,
    live: await settleLive(reader, { url, name: 'databaseUrl' }),
    postgres: reader.number('postgres', 18, [14, 18]),
    facts: settleFacts(reader),
  };
}

function settleFacts(reader: OptionReader<LintOptions>): Facts | null {
  const given = reader.as('facts', isObject, advice);
  if (given === null) return null;
  const read = readFacts(JSON.stringify(given));
  if (read.kind === 'accepted') return read.value;
  reader.problems.add(`facts: ${advice}`);
  return null;
}

const advice = 'give it what verify returned for the same files';
