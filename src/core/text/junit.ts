import type { Place } from './position.js';

/** A file and its findings. */
interface TestedFile {
  readonly key: string | null;
  /** Null if there is none. */
  readonly path: string | null;
  readonly findings: readonly TestedFinding[];
}

export interface TestedFinding {
  readonly rule: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly place: Place | null;
  readonly advice: string | null;
}

/** The findings in JUnit format, as CI systems read it: one test case per file, which fails on an error. */
export function junitOf(
  command: 'verify' | 'lint' | 'fleet status' | 'fleet drift' | 'fleet verify',
  files: readonly TestedFile[],
  properties: readonly Property[] = [],
): string {
  const failing = files.filter((file) => errorsOf(file).length > 0);
  const cases = files.map((file) => testCase(command, file)).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
<testsuite name="pgm ${command}" tests="${files.length}" failures="${failing.length}" errors="0" skipped="0">
${propertiesOf(properties)}${cases}</testsuite>
</testsuites>
`;
}

/** A fact about the whole; left out if its value is null. */
type Property = readonly [name: string, value: string | null];

function propertiesOf(properties: readonly Property[]): string {
  const lines = properties.flatMap(([name, value]) =>
    value === null ? [] : `<property name="${name}" value="${attribute(value)}"/>\n`,
  );
  return lines.length === 0 ? '' : `<properties>\n${lines.join('')}</properties>\n`;
}

function testCase(command: string, file: TestedFile): string {
  const { key, path, findings } = file;
  const [first, ...others] = errorsOf(file);
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  const open = `<testcase classname="pgm ${command}" name="${attribute(key ?? 'all files')}"${path === null ? '' : ` file="${attribute(path)}"`}`;
  if (first === undefined && warnings.length === 0) return `${open}/>\n`;
  const failure =
    first === undefined
      ? ''
      : `<failure type="${first.rule}" message="${attribute(first.message)}">${text([first, ...others].map(lines).join('\n'))}</failure>\n`;
  const out =
    warnings.length === 0
      ? ''
      : `<system-out>${text(warnings.map(lines).join('\n'))}</system-out>\n`;
  return `${open}>\n${failure}${out}</testcase>\n`;
}

function errorsOf({ findings }: TestedFile): readonly TestedFinding[] {
  return findings.filter(({ severity }) => severity === 'error');
}

function lines({ rule, message, place, advice }: TestedFinding): string {
  const at = place === null ? '' : `${place.line}:${place.column}: `;
  return `${at}${message} [${rule}]${advice === null ? '' : `\nto do: ${advice}`}`;
}

function attribute(value: string): string {
  return text(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;');
}

/** Characters that XML 1.0 forbids are left out. */
function text(value: string): string {
  return value
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
