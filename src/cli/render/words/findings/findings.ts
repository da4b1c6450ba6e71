import { join } from 'node:path';
import type { ChalkInstance } from 'chalk';
import { printable } from '../../../../core/files/names.js';
import { type Excerpt, located, type Place } from '../../../../core/text/position.js';

/** A finding of verify or lint about a file. */
interface ShownFinding {
  readonly rule: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly place: Place | null;
  readonly excerpt: Excerpt | null;
  readonly advice: string | null;
  /** What `pgm verify` saw about a finding of lint. */
  readonly evidence?: string | null;
}

/** A file and its findings. */
export interface ShownFile {
  /** Relative to the source. */
  readonly path: string;
  readonly findings: readonly ShownFinding[];
}

/** Each finding with its place, the line with a caret, and what to do. */
export function findingLines(
  { path, findings }: ShownFile,
  directory: string,
  chalk: ChalkInstance,
): readonly (readonly string[])[] {
  const file = printable(join(directory, path));
  return findings.map((finding, at) => {
    const lines = linesOf(file, finding, chalk);
    // Advice that several findings in a row share is printed once, below the last.
    const { advice } = finding;
    const isSaidBelow = advice === null || findings[at + 1]?.advice === advice;
    return isSaidBelow ? lines : [...lines, `    to do: ${advice}`];
  });
}

function linesOf(
  file: string,
  { rule, severity, message, place, excerpt, evidence = null }: ShownFinding,
  chalk: ChalkInstance,
): readonly string[] {
  const paint = severity === 'error' ? chalk.red : chalk.yellow;
  const seen = evidence === null ? '' : ` (pgm verify: ${evidence})`;
  const head = `${located(file, place)}: ${paint(`${severity}:`)} ${message}${seen} ${chalk.dim(`[${rule}]`)}`;
  if (excerpt === null || place === null) return [head];
  const gutter = String(place.line);
  return [
    head,
    `    ${gutter} | ${excerpt.text}`,
    `    ${' '.repeat(gutter.length)} | ${' '.repeat(excerpt.caret - 1)}${chalk.red('^')}`,
  ];
}
