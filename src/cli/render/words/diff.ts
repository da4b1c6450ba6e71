import { Chalk } from 'chalk';
import { printable } from '../../../core/files/names.js';

/** The lines of a difference, in colours on a terminal, which never gets control characters of the SQL. */
export function diffText(lines: readonly string[], isColored: boolean): string {
  const chalk = new Chalk({ level: isColored ? 1 : 0 });
  const painted = lines.map((line) => {
    if (!isColored) return line;
    const text = printable(line);
    if (/^(?:---|\+\+\+) /.test(line)) return chalk.bold(text);
    if (line.startsWith('@@')) return chalk.cyan(text);
    if (line.startsWith('-')) return chalk.red(text);
    return line.startsWith('+') ? chalk.green(text) : text;
  });
  return `${painted.join('\n')}\n`;
}
