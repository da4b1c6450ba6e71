import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anchorsOf, localLinks, page, root, userPages } from './pages.js';

const pages = [...userPages, 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];

describe.each(pages)('the links of %s', (path) => {
  test('lead to files that exist, and to headings in them', () => {
    expect(brokenLinks(path, page(path))).toEqual([]);
  });
});

test('the README links to every page in docs/', () => {
  const linked = localLinks(page('README.md')).map((link) => link.replace(/#.*/, ''));
  const docs = userPages.filter((path) => path.startsWith('docs/'));
  expect(docs.length).toBeGreaterThan(10);
  expect(docs.filter((path) => !linked.includes(path))).toEqual([]);
});

test('a missing file, a missing heading and a heading of another page are broken links', () => {
  const text = [
    '# Here and *there*',
    '[a](#here-and-there) [b](#nowhere) [c](../README.md) [d](gone.md) ![e](gone.svg)',
    '[f](history.md#history) [g](history.md#here-and-there) <https://example.com/gone.md>',
    '```sh',
    'echo [h](gone-too.md)',
    '```',
  ].join('\n');
  expect(brokenLinks('docs/new.md', text)).toEqual([
    '#nowhere',
    'gone.md',
    'gone.svg',
    'history.md#here-and-there',
  ]);
});

/** The links in `text`, the page at `path`, that lead nowhere. */
function brokenLinks(path: string, text: string): readonly string[] {
  return localLinks(text).filter((link) => {
    const [target = '', anchor] = link.split('#');
    const found = posix.join(posix.dirname(path), target);
    if (target !== '' && !existsSync(join(root, found))) return true;
    if (anchor === undefined) return false;
    return !anchorsOf(target === '' ? text : page(found)).includes(anchor);
  });
}
