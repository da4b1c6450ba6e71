import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codeIn, firstColumn, page, root } from './pages.js';

const text = page('docs/testing.md');
const source = (name: string): string => readFileSync(join(root, 'src/testing', name), 'utf8');

test('docs/testing.md lists every option of migratedDatabase, in order of the types', () => {
  const [options = '', embedded = ''] = source('options.ts').split(
    'interface EmbeddedServerOptions',
  );
  const namesIn = (types: string) =>
    [...types.matchAll(/readonly (\w+)\?:/g)].map(([, name]) => name);
  expect(firstColumn(text, '| option |').flatMap(codeIn)).toEqual(namesIn(options));
  for (const name of namesIn(embedded)) expect(text).toContain(`\`${name ?? ''}\``);
});

test('docs/testing.md lists every error that the module exports', () => {
  const [, exported = ''] =
    /export \{([^}]*)\} from '\.\.\/core\/errors\.js'/.exec(source('index.ts')) ?? [];
  const errors = exported.split(',').flatMap((name) => name.trim() || []);
  expect([...firstColumn(text, '| error |').flatMap(codeIn), 'PgmError'].toSorted()).toEqual(
    errors.toSorted(),
  );
});
