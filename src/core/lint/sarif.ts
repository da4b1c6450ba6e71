import type { FileLint, LintFinding, LintReport } from './lint-report.js';
import type { RuleText } from './rule-text.js';

/** A report in SARIF 2.1.0, which code scanning of GitHub and others reads. `directory` of the source precedes each path. */
export function sarifOf(
  { files }: LintReport,
  rules: readonly RuleText[],
  { directory, version }: { readonly directory: string; readonly version: string },
): object {
  const named = rules.map(ruleOf);
  const results = files.flatMap((file) => [
    ...file.findings.map((finding) => resultOf(file, finding, directory)),
    ...file.ignored.map(({ finding, reason }) => ({
      ...resultOf(file, finding, directory),
      suppressions: [{ kind: 'inSource', ...(reason === null ? {} : { justification: reason }) }],
    })),
  ]);
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'pgm lint', version, rules: named } },
        columnKind: 'unicodeCodePoints',
        results,
      },
    ],
  };
}

function ruleOf({ name, family, severity, summary, why, instead }: RuleText): object {
  return {
    id: name,
    shortDescription: { text: summary },
    fullDescription: { text: why },
    help: { text: `${why}\n\nTo do: ${instead}` },
    defaultConfiguration: { level: severity },
    properties: { tags: [family] },
  };
}

function resultOf(
  { path }: FileLint,
  { rule, severity, message, place, advice }: LintFinding,
  directory: string,
): object {
  const region = place === null ? null : { startLine: place.line, startColumn: place.column };
  return {
    ruleId: rule,
    level: severity,
    message: { text: advice === null ? message : `${message}\nTo do: ${advice}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(directory, path) },
          ...(region === null ? {} : { region }),
        },
      },
    ],
  };
}

/** Relative to the directory pgm was started in, as the readers expect. */
function uriOf(directory: string, path: string): string {
  const parts = [...directory.split('/'), ...path.split('/')].filter(
    (part) => part !== '' && part !== '.',
  );
  return `${directory.startsWith('/') ? 'file:///' : ''}${parts.map(encodeURIComponent).join('/')}`;
}
