import type { MigrationFailure } from '../failure/failure.js';
import type { ForeignMark } from '../foreign/foreign-name.js';
import type { HeaderProblem } from './headers.js';
import type { Offence } from './offences.js';
import { type Excerpt, excerptAt, indexOfLine, lineAround, placeAt } from '../text/position.js';
import type { SqlReading, SqlStatement } from './sql-reading.js';
import type { TextRange } from '../text/text-range.js';

/** The failure of a file that was not sent because of one of its statements. */
export function refuseStatement(
  text: string,
  { range }: SqlStatement,
  offence: Offence,
): MigrationFailure {
  return refusal(
    text,
    range.start,
    offence,
    excerptOf(text, range.start, untilLiteral(text, range)),
  );
}

/** All problems of a header as one failure, placed at the first. */
export function refuseHeader(
  text: string,
  problems: readonly [HeaderProblem, ...HeaderProblem[]],
): MigrationFailure {
  const [first, ...others] = problems;
  const line = indexOfLine(text, first.place.line);
  const start = line + text.slice(line).search(/\S/);
  const more = others.map(({ place, message }) => `; line ${place.line}: ${message}`);
  const offence = {
    message: first.message + more.join(''),
    advice:
      'a header line that is not understood stops the file, so that no instruction is silently ignored',
  };
  return refusal(text, start, offence, excerptAt(text, start));
}

/** The failure of a file that another tool would read differently. */
export function refuseMark(text: string, mark: ForeignMark): MigrationFailure {
  return refusal(text, mark.start, mark, excerptOf(text, mark.start, mark));
}

/** The failure of a file that could not be read to the end. */
export function refuseReading(
  text: string,
  reading: Extract<SqlReading, { kind: 'meta-command' | 'unterminated' }>,
): MigrationFailure {
  const { at } = reading;
  switch (reading.kind) {
    case 'meta-command': {
      const shown = { start: at, end: at + reading.command.length };
      return refusal(text, at, metaCommand(reading.command), excerptOf(text, at, shown));
    }
    case 'unterminated': {
      const { firstOverLines } = reading;
      // After a missing quote, strings and code are swapped: the rest of the line cannot be told from a literal.
      const excerpt = firstOverLines === null ? excerptOf(text, at, untilContent(text, at)) : null;
      return refusal(text, at, unterminated(text, reading), excerpt);
    }
  }
}

function refusal(
  text: string,
  index: number,
  { message, advice }: Offence,
  excerpt: Excerpt | null,
): MigrationFailure {
  const none = { sqlstate: null, detail: null, hint: null, context: null };
  return { kind: 'refused', ...none, message, place: placeAt(text, index), excerpt, advice };
}

function metaCommand(command: string): Offence {
  return {
    message: `${command} is a command of psql, not SQL: PostgreSQL cannot read it`,
    advice:
      command === '\\.'
        ? 'it ends the rows of a COPY … FROM STDIN, and there is none above it: remove it, or fix that COPY'
        : `remove it, or write it as SQL. pgm sends files to the server without psql; only \\restrict and \\unrestrict, which pg_dump writes, are skipped`,
  };
}

function unterminated(
  text: string,
  { what, at, firstOverLines }: Extract<SqlReading, { kind: 'unterminated' }>,
): Offence {
  const message = `the ${what} that opens here never ends`;
  if (what === 'block comment') {
    return { message, advice: 'close it with */; comments nest, so each /* inside needs one too' };
  }
  if (what === 'dollar-quoted string') {
    const tag = opening.exec(text.slice(at))?.[0] ?? '$$';
    return { message, advice: `close it with the same tag, ${tag}` };
  }
  const mark = what === 'quoted string' ? "'" : '"';
  const suspect = firstOverLines === null ? null : placeAt(text, firstOverLines);
  const earlier =
    suspect === null
      ? 'close it, or look for a missing quote before it'
      : `close it, or look for a missing quote before it: the first string that spans lines opens at ${suspect.line}:${suspect.column}`;
  return { message, advice: `${earlier}; inside, write ${mark}${mark} for ${mark}` };
}

/** One line with only the `shown` range on it and the caret at `index`; anything else is masked. */
function excerptOf(text: string, index: number, { start, end }: TextRange): Excerpt {
  const lineStart = lineAround(text, start).start;
  const lineEnd = lineAround(text, end).end;
  const hidden: TextRange[] = [];
  if (/\S/.test(text.slice(lineStart, start))) hidden.push({ start: lineStart, end: start });
  if (/[^\s;]/.test(text.slice(end, lineEnd))) hidden.push({ start: end, end: lineEnd });
  return excerptAt(text, index, hidden);
}

/** The first line of a statement, up to the first possible literal or comment. */
function untilLiteral(text: string, { start, end }: TextRange): TextRange {
  const length = text.slice(start, end).search(/['$\r\n]|--|\/\*/);
  return { start, end: length === -1 ? end : start + length };
}

/** The line up to the content of what opens at `index`, or up to an earlier quote. */
function untilContent(text: string, index: number): TextRange {
  const { start } = lineAround(text, index);
  const found = text.slice(start, index).indexOf("'");
  const opens = opening.exec(text.slice(index))?.[0] ?? '';
  return { start, end: found === -1 ? index + opens.length : start + found };
}

/** What begins a comment, a string or a quoted identifier. */
const opening = /^(?:\/\*|\$[^$]*\$|\w?&?['"])/;
