import { join } from 'node:path';
import type { ShownFile } from './findings.js';

/** The findings as commands of GitHub Actions, which shows them beside the lines. */
export function githubAnnotations(
  command: 'verify' | 'lint',
  files: readonly ShownFile[],
  directory: string,
): string {
  return files
    .flatMap(({ path, findings }) =>
      findings.map(({ severity, place, message, rule }) => {
        const at = place === null ? '' : `,line=${place.line},col=${place.column}`;
        const file = property(join(directory, path));
        return `::${severity} file=${file}${at},title=${property(`pgm ${command}: ${rule}`)}::${data(message)}\n`;
      }),
    )
    .join('');
}

function data(value: string): string {
  return value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(value: string): string {
  return data(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
