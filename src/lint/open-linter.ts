import type { Linter } from '../core/lint/linter.js';
import { noConfig } from './config.js';
import { createLinter, type LinterOptions } from './linter.js';

export { rules } from './rules/list.js';

export interface LinterSettings extends Omit<LinterOptions, 'config'> {
  /** The text of `pgm.lint.yaml`; null if there is none. */
  readonly configText: string | null;
}

/** The linter, or what is wrong with `pgm.lint.yaml`. */
export async function openLinter({
  configText,
  ...options
}: LinterSettings): Promise<
  | { readonly kind: 'opened'; readonly linter: Linter }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] }
> {
  if (configText === null) {
    return { kind: 'opened', linter: createLinter({ ...options, config: noConfig }) };
  }
  const { readConfig } = await import('./read-config.js');
  const reading = readConfig(configText);
  if (reading.kind === 'wrong') return reading;
  return { kind: 'opened', linter: createLinter({ ...options, config: reading.config }) };
}
