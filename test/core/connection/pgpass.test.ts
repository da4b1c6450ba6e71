import { describe, expect, test } from 'vitest';
import { findPassword, isOpenToOthers } from '../../../src/core/connection/pgpass.js';

const query = { host: 'db', port: 5432, database: 'app', user: 'pact' };

describe('findPassword', () => {
  test('the first line that fits wins, not the best one', () => {
    expect(findPassword('*:*:*:*:first\ndb:5432:app:pact:exact\n', query)).toBe('first');
  });

  test.each(['other', 'DB', 'd', 'db2'])('the host %s does not fit db', (host) => {
    expect(findPassword(`${host}:5432:app:pact:secret`, query)).toBeNull();
  });

  test.each([
    ['port', 'db:5433:app:pact:x'],
    ['database', 'db:5432:application:pact:x'],
    ['user', 'db:5432:app:postgres:x'],
  ])('another %s does not fit', (_field, line) => {
    expect(findPassword(line, query)).toBeNull();
  });

  test('an escaped colon belongs to a field, in a name and in the password', () => {
    const user = 'a:b';
    expect(findPassword('db:5432:app:a\\:b:p\\:w\\\\d', { ...query, user })).toBe('p:w\\d');
  });

  test('further colons belong to the password', () => {
    expect(findPassword('db:5432:app:pact:a:b:', query)).toBe('a:b:');
  });

  test('an escaped star is a star and no wildcard', () => {
    expect(findPassword('\\*:5432:app:pact:secret', query)).toBeNull();
    expect(findPassword('\\*:5432:app:pact:secret', { ...query, host: '*' })).toBe('secret');
  });

  test('an IPv6 address is written with escaped colons', () => {
    expect(findPassword('\\:\\:1:*:*:*:six', { ...query, host: '::1' })).toBe('six');
  });

  test.each(['/tmp', '/var/run/postgresql', '/run/postgresql'])(
    'localhost fits the usual socket directory %s',
    (host) => {
      expect(findPassword('localhost:*:*:*:local', { ...query, host })).toBe('local');
    },
  );

  test('another socket directory is named by its path', () => {
    const host = '/srv/pg';
    expect(findPassword('localhost:*:*:*:no\n/srv/pg:*:*:*:yes', { ...query, host })).toBe('yes');
  });

  test('comments, blank lines, broken lines and Windows line ends do no harm', () => {
    const text = '# *:*:*:*:comment\r\n\r\nhalf:a:line\r\ndb:5432:app:pact:crlf\r\n';
    expect(findPassword(text, query)).toBe('crlf');
  });

  test('an empty file holds no password', () => {
    expect(findPassword('', query)).toBeNull();
  });
});

describe('isOpenToOthers', () => {
  test.each([
    [0o600, false],
    [0o400, false],
    [0o700, false],
    [0o640, true],
    [0o604, true],
    [0o644, true],
  ])('mode %o: %s', (mode, open) => {
    expect(isOpenToOthers(mode)).toBe(open);
  });
});
