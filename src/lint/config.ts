import type { LintRuleName } from '../core/statements/rule-names.js';
import type { Severity } from '../core/proof/proof.js';

export type Setting = Severity | 'off';

/** The content of `pgm.lint.yaml`. */
export interface LintConfig {
  readonly rules: ReadonlyMap<LintRuleName, Setting>;
  /** For some files: the last match wins. */
  readonly paths: readonly PathSettings[];
}

export interface PathSettings {
  readonly files: readonly string[];
  readonly rules: ReadonlyMap<LintRuleName, Setting>;
}

export const noConfig: LintConfig = { rules: new Map(), paths: [] };

/** The severity of a rule for a file, or `off`. `key`: null for the source as a whole. */
export function settingOf(
  { rules, paths }: LintConfig,
  { name, severity }: { readonly name: LintRuleName; readonly severity: Severity },
  key: string | null,
): Setting {
  const own = paths.filter(
    (each) => key !== null && each.rules.has(name) && each.files.some((glob) => matches(glob, key)),
  );
  return own.at(-1)?.rules.get(name) ?? rules.get(name) ?? severity;
}

/** `*` stands for anything within a name, `**` for anything, `?` for one character. */
function matches(glob: string, key: string): boolean {
  const parts = glob.split(/(\*\*\/?|\*|\?)/).map((part) => {
    if (part.startsWith('**')) return '.*';
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`, 'u').test(key);
}
