import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the repository is, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The pages about how pgm is used, as paths from the root. */
export const userPages: readonly string[] = [
  'README.md',
  ...readdirSync(`${root}docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** The text of a page as its reader gets it. */
export function page(path: string): string {
  return readFileSync(root + path, 'utf8');
}

/** What follows a heading, up to the next one of the same or a higher rank. Throws when there is no such heading. */
export function section(text: string, heading: string): string {
  const lines = text.split('\n');
  const start = lines.indexOf(heading);
  if (start === -1) throw new Error(`the page has no heading "${heading}"`);
  const rank = heading.indexOf(' ');
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^#+ /.test(line) && line.indexOf(' ') <= rank);
  return rest.slice(0, end === -1 ? undefined : end).join('\n');
}

/** The first cells of the table that follows `lead`, the text before it; without the two lines of its head. */
export function firstColumn(text: string, lead: string): string[] {
  const start = text.indexOf(lead);
  if (start === -1) throw new Error(`the page does not say "${lead}"`);
  const lines = text.slice(start).split('\n');
  const table = lines.slice(lines.findIndex((line) => line.startsWith('|')));
  const end = table.findIndex((line) => !line.startsWith('|'));
  return table.slice(2, end === -1 ? undefined : end).map((line) => line.split('|')[1] ?? '');
}

/** The words in code font: `a`, `b` of a cell or a text. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

/** The text without its blocks, which contain other programs' flags and output. */
export function withoutBlocks(text: string): string {
  return text.replace(/^[ \t]*```[\s\S]*?^[ \t]*```/gm, '');
}

/** Every command line of pgm, up to a pipe or another command: in blocks for a shell, Tilt or CI, and in code font. */
export function commandLines(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^[ \t]*```(?:sh|python|yaml)\n([\s\S]*?)^[ \t]*```/gm)].map(
    ([block]) => block,
  );
  const found = [
    ...blocks.flatMap((block) => [
      ...block.matchAll(/(?:^|-- |'|<\(|@[\d.]+ )(pgm [a-z][^'|>)\n]*)/gm),
    ]),
    ...withoutBlocks(text).matchAll(/`(pgm [a-z][^`\n]*)`/g),
  ];
  return found.map(([, line = '']) => line.trim());
}

/** The targets of links and pictures, those to other hosts left out. */
export function localLinks(text: string): readonly string[] {
  const links = [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => !/^[a-z]+:/.test(link));
}

/** Headings as GitHub turns them into anchors. */
export function anchorsOf(text: string): readonly string[] {
  return [...withoutBlocks(text).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^-\w ]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** The YAML that a page shows, without the indentation of a list that it stands in. */
export function yamlIn(text: string): readonly string[] {
  return [...text.matchAll(/^([ \t]*)```yaml\n([\s\S]*?)^[ \t]*```/gm)].map(
    ([, indent = '', block = '']) => block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}
