import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError } from '../../core/errors.js';
import type { Linter } from '../../core/lint/linter.js';
import type { Gate } from '../../core/run/lint-hold.js';
import type { GateOptions, GatePorts } from '../../operations/lint-gate.js';
import * as adapters from '../open/adapters.js';
import { openSqlReader } from '../open/compose.js';

/** The file beside the migrations. */
export const configName = 'pgm.lint.yaml';

/** The gate of `--lint` over the files of a directory. */
export async function openGate(
  directory: string,
  options: GateOptions,
  ports: Pick<GatePorts, 'stop' | 'onHeld'>,
): Promise<Gate> {
  const { LintGate } = await import('../../operations/lint-gate.js');
  const { openGrammar } = await adapters.grammar();
  const readers = { sqlReader: await openSqlReader(), grammar: await openGrammar() };
  const path = join(directory, configName);
  const { stop, onHeld } = ports;
  return new LintGate(
    {
      readers,
      stop,
      onHeld,
      readConfig: () => readIfThere(path),
      openLinter: (configText, postgres) =>
        openLinter(directory, { configText, postgres, facts: null }),
    },
    options,
  );
}

type LinterSettings = Parameters<Awaited<ReturnType<(typeof adapters)['linter']>>['openLinter']>[0];

/** Throws `ConfigurationError` if the directory's `pgm.lint.yaml` is wrong. */
export async function openLinter(directory: string, settings: LinterSettings): Promise<Linter> {
  const opened = await (await adapters.linter()).openLinter(settings);
  if (opened.kind === 'opened') return opened.linter;
  const path = join(directory, configName);
  throw new ConfigurationError(opened.problems.map((problem) => `${path}:${problem}`));
}

/** Null if there is none. Throws `ConfigurationError`. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new ConfigurationError([`${path} cannot be read: ${code ?? ''}`]);
  }
}
