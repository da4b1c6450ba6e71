import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { options } from '../../src/cli/config/options.js';

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const dockerfile = read('Dockerfile');
const manifest = JSON.parse(read('package.json')) as {
  readonly version: string;
  readonly engines: { readonly node: string };
};

test('the image bears the version of the package', () => {
  expect(/^ARG VERSION=(.*)$/m.exec(dockerfile)?.[1]).toBe(manifest.version);
});

test('the image exposes the port that the health server takes by default', () => {
  expect(/^EXPOSE (.*)$/m.exec(dockerfile)?.[1]).toBe(options.healthPort.default.text);
});

test('both stages have the same Node, which the package admits', () => {
  const bases = [...dockerfile.matchAll(/^FROM \S*\/node:(\d+)-(\S+)/gm)];
  expect(bases).toHaveLength(2);
  expect(new Set(bases.map(([, major, variant]) => `${major ?? ''}-${variant ?? ''}`)).size).toBe(
    1,
  );
  const oldest = Number(/>=(\d+)/.exec(manifest.engines.node)?.[1]);
  expect(Number(bases[0]?.[1])).toBeGreaterThanOrEqual(oldest);
});

test('the image runs as a number that is not root', () => {
  const users = [...dockerfile.matchAll(/^USER (.*)$/gm)].map(([, user]) => user);
  expect(users.at(-1)).toMatch(/^[1-9]\d*:[1-9]\d*$/);
});

test('everything the image copies from the repository is let through to the builder', () => {
  const allowed = read('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  const lines = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)];
  const copied = new Set(lines.flatMap(([, names = '']) => names.split(' ')));
  expect([...copied].toSorted()).toEqual(allowed.toSorted());
});
