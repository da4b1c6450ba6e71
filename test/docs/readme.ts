import { readFileSync } from 'node:fs';

/** The README as its reader sees it, in parts. */
export const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** What follows a heading, up to the next one of the same or a higher rank. Throws when there is no such heading. */
export function section(heading: string): string {
  const lines = readme.split('\n');
  const start = lines.indexOf(heading);
  if (start === -1) throw new Error(`the README has no heading "${heading}"`);
  const rank = heading.indexOf(' ');
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^#+ /.test(line) && line.indexOf(' ') <= rank);
  return rest.slice(0, end === -1 ? undefined : end).join('\n');
}

/** The first cells of the table that follows `lead`, the text before it; without the two lines of its head. */
export function firstColumn(text: string, lead: string): string[] {
  const start = text.indexOf(lead);
  if (start === -1) throw new Error(`the README does not say "${lead}"`);
  const lines = text.slice(start).split('\n');
  const table = lines.slice(lines.findIndex((line) => line.startsWith('|')));
  const end = table.findIndex((line) => !line.startsWith('|'));
  return table.slice(2, end === -1 ? undefined : end).map((line) => line.split('|')[1] ?? '');
}

/** The words in code font: `a`, `b` of a cell or a text. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

/** Every command line that begins with pgm, in blocks and in code font. */
export function commandLines(): string[] {
  const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  const lines = [...blocks.flatMap((block) => block.split('\n')), ...codeIn(withoutBlocks())];
  return lines.flatMap((line) => /(?:^|-- )(pgm(?: .*)?)$/.exec(line.trim())?.[1] ?? []);
}

/** The text without its blocks, which hold other programs' flags and output. */
export function withoutBlocks(): string {
  return readme.replace(/```[\s\S]*?```/g, '');
}
