import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { options } from '../../src/cli/config/table/options.js';

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const dockerfile = read('Dockerfile');
const manifest = JSON.parse(read('package.json')) as {
  readonly version: string;
  readonly engines: { readonly node: string };
};

/** Debian's releases, by number. */
const debians: Readonly<Record<number, string>> = { 12: 'bookworm', 13: 'trixie' };

test('the image bears the version of the package', () => {
  expect(/^ARG VERSION=(.*)$/m.exec(dockerfile)?.[1]).toBe(manifest.version);
});

test('the image exposes the port that the health server takes by default', () => {
  expect(/^EXPOSE (.*)$/m.exec(dockerfile)?.[1]).toBe(options.health.healthPort.default);
});

test('both stages have the same Node and Debian, and the package admits that Node', () => {
  const builder = /^FROM \S*\/node:(\d+)-(\w+)-slim AS/m.exec(dockerfile)?.slice(1);
  const final = /^FROM gcr\.io\/distroless\/nodejs(\d+)-debian(\d+)$/m.exec(dockerfile)?.slice(1);
  expect(builder).toEqual([final?.[0], debians[Number(final?.[1])]]);
  const oldest = Number(/>=(\d+)/.exec(manifest.engines.node)?.[1]);
  expect(Number(final?.[0])).toBeGreaterThanOrEqual(oldest);
});

test('the label names the base that the image is built on', () => {
  const label = /org\.opencontainers\.image\.base\.name="(.*)"/.exec(dockerfile)?.[1];
  expect(dockerfile).toContain(`\nFROM ${label ?? ''}\n`);
});

test('what the image starts is in exec form, as there is no shell', () => {
  const started = dockerfile.match(/^(?:ENTRYPOINT|CMD|HEALTHCHECK.* CMD) .*$/gm) ?? [];
  expect(started).toHaveLength(3);
  for (const line of started) expect(line).toMatch(/(?:ENTRYPOINT|CMD) \["pgm"|CMD \["watch"\]$/);
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
