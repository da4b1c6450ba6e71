import { join } from 'node:path';
import { type LintReport, lintDocument } from '../../../../core/lint/lint-report.js';
import type { RuleText } from '../../../../core/lint/rule-text.js';
import { jsonText, type Looks } from '../layout.js';

export type LintFormat = 'text' | 'json' | 'sarif' | 'github' | 'gitlab' | 'junit';

interface FormatSettings extends Looks {
  readonly directory: string;
  readonly rules: readonly RuleText[];
  readonly version: string;
}

/** The report as one document. Each format is loaded when it is needed. */
export async function formatted(
  report: LintReport,
  format: LintFormat,
  settings: FormatSettings,
): Promise<string> {
  const { directory, rules } = settings;
  switch (format) {
    case 'text':
      return (await import('./lint.js')).lintReport(report, directory, settings);
    case 'json':
      return jsonText(lintDocument(report));
    case 'sarif':
      return jsonText(
        (await import('../../../../core/lint/sarif.js')).sarifOf(report, rules, settings),
      );
    case 'gitlab': {
      const { gitlabOf } = await import('../../../../core/lint/gitlab.js');
      return jsonText(gitlabOf(report, (path) => join(directory, path)));
    }
    case 'junit':
      return (await import('../../../../core/text/junit.js')).junitOf('lint', report.files);
    case 'github':
      return (await import('./github.js')).githubAnnotations('lint', report.files, directory);
  }
}
