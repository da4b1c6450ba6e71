import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { declare } from '../../src/cli/program.js';
import { root } from './tools.js';

/** The pages that tell how pgm is run in a cluster, held to what is there. */
const pages = ['docs/kubernetes.md', 'docs/observability.md', 'docs/image.md'];

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const { commands } = declare(() => undefined);

describe.each(pages)('%s', (page) => {
  test('names commands and flags of pgm that exist', () => {
    for (const line of commandsIn(read(page))) {
      const [, name, ...words] = line.split(' ');
      const command = commands.find((known) => known.name() === name);
      expect(command, line).toBeDefined();
      const flags = command?.options.map(({ long }) => long);
      const used = words.filter((word) => word.startsWith('--'));
      for (const word of used) expect(flags, line).toContain(word.split('=')[0]);
    }
  });

  test('has links that lead to a file, and to a heading in it', () => {
    for (const [, link = ''] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      expect(existsSync(join(root, target)), link).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(read(target)), link).toContain(anchor);
    }
  });
});

test('commands are found behind kubectl exec, before a pipe and in the text, not in a picture', () => {
  const text = [
    '`pgm probe liveness`, pgm itself, `pgm-metrics`',
    '```sh',
    'kubectl exec POD -c postgres-manager -- pgm status --check',
    'pgm configmap --dir migrations | kubectl apply --server-side -f -',
    '```',
    '```mermaid',
    'a -- pgm lint --> b',
    '```',
  ];
  expect(commandsIn(text.join('\n'))).toEqual([
    'pgm status --check',
    'pgm configmap --dir migrations',
    'pgm probe liveness',
  ]);
});

test('docs/kubernetes.md tells what each thing in deploy/ is', () => {
  const [, table = ''] = /## What is in deploy\/\n\n([\s\S]*?)\n\n/.exec(read(pages[0]!)) ?? [];
  const told = [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name);
  expect(told.toSorted()).toEqual(readdirSync(join(root, 'deploy')).toSorted());
});

/** What of a page is a command line of pgm, up to a pipe or another command: in its blocks, and in code font. */
function commandsIn(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^```(?:sh|python)\n([\s\S]*?)^```/gm)].map(([block]) => block);
  const prose = text.replace(/^```[\s\S]*?^```/gm, '');
  const found = [
    ...blocks.flatMap((block) => [...block.matchAll(/(?:^|-- |')(pgm [a-z][^'|>\n]*)/gm)]),
    ...prose.matchAll(/`(pgm [a-z][^`\n]*)`/g),
  ];
  return found.map(([, line = '']) => line.trim());
}

/** Headings as GitHub turns them into anchors. */
function anchorsOf(text: string): readonly string[] {
  const headings = text.matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^-\w ]/g, '')
      .replaceAll(' ', '-'),
  );
}
