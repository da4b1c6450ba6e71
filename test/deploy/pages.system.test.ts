import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { page } from '../docs/pages.js';
import { root } from './tools.js';

test('docs/kubernetes.md says what each thing in deploy/ is', () => {
  const [, table = ''] =
    /## What is in deploy\/\n\n([\s\S]*?)\n\n/.exec(page('docs/kubernetes.md')) ?? [];
  const told = [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name);
  expect(told.toSorted()).toEqual(readdirSync(join(root, 'deploy')).toSorted());
});
