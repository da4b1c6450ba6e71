import { expect, test } from 'vitest';
import { placeForData } from '../../../src/core/clones/data-place.js';
import { parseServerAddress, urlOf } from '../../../src/core/clones/server-address.js';
import { templateName } from '../../../src/core/clones/template-name.js';

/** The URL of another database of the server that `text` names. */
function another(text: string): string {
  const parsed = parseServerAddress(text);
  if (parsed.kind === 'refused') throw new Error(parsed.reason);
  return urlOf(parsed.value, 'a b', parsed.value.password);
}

test.each([
  ['postgresql://u:p%40ss@h:1/db', 'postgresql://u:p%40ss@h:1/a%20b'],
  ['postgres://u@h', 'postgresql://u@h:5432/a%20b'],
  ['postgresql://u@[::1]:2,h:3/db', 'postgresql://u@[::1]:2,h:3/a%20b'],
  ['host=/var/run user=u port=7', 'postgresql://u@:7/a%20b?host=%2Fvar%2Frun'],
  [
    'postgresql://u@h/db?sslmode=verify-full&sslrootcert=/ca.pem',
    'postgresql://u@h:5432/a%20b?sslmode=verify-full&sslrootcert=%2Fca.pem',
  ],
])('another database of the server of %s is at %s', (text, url) => {
  expect(another(text)).toBe(url);
});

test.each([
  ['postgresql://h/db', /no user/],
  ['postgresql://u@h/db?application_name=x', /only its parameters sslmode and sslrootcert/],
  ['postgresql://u@h/db?sslmode=off', /sslmode: use one of/],
  ['postgresql://u@h:0/db', /port/],
  ['nonsense', /postgresql:\/\//],
])('%s is refused', (text, reason) => {
  expect(parseServerAddress(text)).toMatchObject({
    kind: 'refused',
    reason: expect.stringMatching(reason) as string,
  });
});

test('data is in memory only where there is enough of it', () => {
  const memory = { path: '/dev/shm', isInMemory: true, freeBytes: 2 ** 30 };
  expect(placeForData(memory, '/tmp')).toBe('/dev/shm');
  expect(placeForData({ ...memory, freeBytes: 2 ** 26 }, '/tmp')).toBe('/tmp');
  expect(placeForData({ ...memory, isInMemory: false }, '/tmp')).toBe('/tmp');
  expect(placeForData(null, '/tmp')).toBe('/tmp');
});

test('a template is another one for other files, versions, owners or ends', () => {
  const facts = { revision: 'r', version: '1', historySchema: 'pgm', to: null, user: 'u' };
  const others = [
    { revision: 's' },
    { version: '2' },
    { historySchema: 'x' },
    { to: 'a' },
    { user: 'v' },
  ];
  const names = [facts, ...others.map((other) => Object.assign({ ...facts }, other))].map(
    templateName,
  );
  expect(new Set(names).size).toBe(6);
  expect(templateName({ ...facts })).toBe(names[0]);
  expect(names.every((name) => /^pgm_template_[0-9a-f]{24}$/.test(name))).toBe(true);
});
