import { describe, expect, test } from 'vitest';
import { judgeKeyword } from '../../../src/core/connection/connection-keywords.js';
import { parseConnectionString } from '../../../src/core/connection/parse-connection-string.js';
import { type Chance, oneOf, rounds } from '../../support/rounds.js';

function keywordsOf(text: string): Record<string, string> {
  const { keywords, problems } = parseConnectionString(text);
  expect(problems).toEqual([]);
  return Object.fromEntries(keywords);
}

describe('a connection string that can be read', () => {
  test.each<[string, Record<string, string>]>([
    [
      'postgresql://pact:pact@localhost:5432/pact_mock_servers',
      {
        user: 'pact',
        password: 'pact',
        host: 'localhost',
        port: '5432',
        dbname: 'pact_mock_servers',
      },
    ],
    ['postgres://h', { host: 'h' }],
    ['postgresql://', {}],
    ['postgresql:///db', { dbname: 'db' }],
    ['postgresql://h/', { host: 'h' }],
    ['postgresql://u@h/db', { user: 'u', host: 'h', dbname: 'db' }],
    ['postgresql://u:@h/db', { user: 'u', host: 'h', dbname: 'db' }],
    ['postgresql://u:a:b@h', { user: 'u', password: 'a:b', host: 'h' }],
    ['postgresql://u:%23%3F%2F%40%25%20@h', { user: 'u', password: '#?/@% ', host: 'h' }],
    ['postgresql://%C3%BC@h/na%20me', { user: 'ü', host: 'h', dbname: 'na me' }],
    ['postgresql://h1:1,h2:2/db', { host: 'h1,h2', port: '1,2', dbname: 'db' }],
    ['postgresql://h1,h2:2/db', { host: 'h1,h2', port: ',2', dbname: 'db' }],
    ['postgresql://[::1]:5433/db', { host: '::1', port: '5433', dbname: 'db' }],
    ['postgresql://[::1],[fe80::1%25eth0]:2', { host: '::1,fe80::1%eth0', port: ',2' }],
    ['postgresql:///db?host=/var/run/postgresql', { dbname: 'db', host: '/var/run/postgresql' }],
    ['postgresql://u@%2Fvar%2Frun/db', { user: 'u', host: '/var/run', dbname: 'db' }],
    ['postgresql://u@localhost/db?host=/sock', { user: 'u', host: '/sock', dbname: 'db' }],
    [
      'postgresql://h?sslmode=require&connect_timeout=3',
      { host: 'h', sslmode: 'require', connect_timeout: '3' },
    ],
    ['postgresql://h?ssl=true', { host: 'h', sslmode: 'require' }],
    ['postgresql://h?user=u&password=p%26w', { host: 'h', user: 'u', password: 'p&w' }],
    ['  postgresql://h/db\n', { host: 'h', dbname: 'db' }],
    ['host=h port=5433 dbname=db user=u', { host: 'h', port: '5433', dbname: 'db', user: 'u' }],
    [
      "host = h  dbname='my db' password='it\\'s \\\\'",
      { host: 'h', dbname: 'my db', password: "it's \\" },
    ],
    ["dbname=a\\ b password=''", { dbname: 'a b' }],
  ])('%s', (text, keywords) => {
    expect(keywordsOf(text)).toEqual(keywords);
  });

  test.each([
    ['postgresql://user@/db', true],
    ['postgresql://:5432/db', true],
    ['postgresql:///db', false],
    ['postgresql://user@/db?host=/sock', false],
    ['postgresql://user@h/db', false],
  ])('%s leaves the place of the host empty: %s', (text, hostLeftEmpty) => {
    expect(parseConnectionString(text).hostLeftEmpty).toBe(hostLeftEmpty);
  });
});

describe('a connection string that cannot be read', () => {
  test.each([
    ['postgresql://u:x?hunter=2', /"@" and the host are missing/],
    ['postgresql://u:hunter2#hunter2@h/db', /unescaped "#".*"#" as %23/],
    ['postgresql://u:hunter2?hunter2@h/db', /unescaped "\?".*"\?" as %3F/],
    ['postgresql://u:hunter2/hunter2@h/db', /unescaped "\/".*"\/" as %2F/],
    ['postgresql://u:hunter2@hunter2@h/db', /unescaped "@".*"@" as %40/],
    ['postgresql://u:hunter2%hunter2@h/db', /the password has an unescaped "%": write it as %25/],
    ['postgresql://u:hunter2%zz@h/db', /unescaped "%"/],
    ['postgresql://u:#/?hunter2@h/db', /unescaped "#" and "\/" and "\?"/],
    ['postgresql://u:p@h/db?application_name=a@b', /unescaped .*"@".*"@" as %40/],
    ['postgresql://u:p@h/db#hunter2', /unescaped "#"/],
    ['postgresql://u:hunter2 hunter2@h/db', /space or line break.*%20/],
    ['postgresql://u:hun\nter2@h/db', /line break/],
    ['postgresql://u:p%00w@h', /%00/],
    ['postgresql://u:p%FFw@h', /not UTF-8/],
    ['postgresql://u:hunter2/db', /port must be a number.*"@" and the host are missing/],
    ['postgresql://u:p@h:abc/db', /port must be a number between 1 and 65535$/],
    ['postgresql://::1/db', /IPv6 address needs brackets/],
    ['postgresql://[::1/db', /IPv6 address needs brackets/],
    ['postgresql://h/a/b', /database name has an unescaped "\/"/],
    ['postgresql://h/db?sslmode', /not written keyword=value/],
    ['postgresql://h/db?=x', /not written keyword=value/],
    ['"postgresql://h/db"', /quotation mark/],
    ['POSTGRESQL://h/db', /lower case/],
    ['jdbc:postgresql://h/db', /without "jdbc:"/],
    ['mysql://u:hunter2@h/db', /start with postgresql:\/\/ or postgres:\/\//],
    ['u:hunter2@h/db', /look like postgresql:\/\/user:password@host:5432\/database/],
    ['', /look like/],
    ["host=h password='hunter2", /single quotes/],
    ['host=h password=hunter2 hunter2', /keyword=value/],
    [`host=h password=${'hunter2'.repeat(1000)}`, /too long/],
  ])('%j', (text, problem) => {
    const { problems } = parseConnectionString(text);
    expect(problems.join('\n')).toMatch(problem);
    expect(problems.join('\n')).not.toContain('hunter2');
  });

  test('all mistakes of one URL are told at once, and the rest is read', () => {
    const { problems, keywords } = parseConnectionString('postgresql://u%:p%@h:x/a/b?sslmode=no');
    expect(problems).toHaveLength(4);
    expect(Object.fromEntries(keywords)).toEqual({ sslmode: 'no' });
  });
});

test('a raw password is either taken for what it is or refused, never cut in two', async () => {
  const bits = ['hunter2', '#', '/', '?', '@', ':', '%', '&', '=', ',', '[', ']', ' ', '%41', "'"];
  let taken = 0;
  const round = (chance: Chance): void => {
    const length = 1 + Math.floor(chance() * 6);
    const raw = Array.from({ length }, () => oneOf(chance, bits)).join('');
    const { keywords, problems } = parseConnectionString(`postgresql://user:${raw}@host:5432/db`);
    expect(problems.join('\n')).not.toContain('hunter2');
    if (problems.length > 0) return;
    taken += 1;
    expect(Object.fromEntries(keywords)).toEqual({
      user: 'user',
      password: decodeURIComponent(raw),
      host: 'host',
      port: '5432',
      dbname: 'db',
    });
  };
  await rounds(round, { least: 500 });
  // One of four is.
  expect(taken).toBeGreaterThan(0);
});

describe('judgeKeyword', () => {
  test.each([
    ['sslmode', 'anything', 'taken'],
    ['target_session_attrs', 'any', 'taken'],
    ['application_name', 'x', 'ignored'],
    ['keepalives_idle', '10', 'ignored'],
    ['channel_binding', 'prefer', 'taken'],
    ['channel_binding', 'require', 'refused'],
    ['gssencmode', 'disable', 'taken'],
    ['options', '-c search_path=x', 'refused'],
    ['hostaddr', '10.0.0.1', 'refused'],
    ['service', 'x', 'refused'],
    ['sslcrl', '/x', 'refused'],
    ['ssl', '1', 'refused'],
    ['sslmod', 'require', 'refused'],
    ['constructor', 'x', 'refused'],
  ])('%s=%s is %s', (keyword, value, kind) => {
    expect(judgeKeyword(keyword, value).kind).toBe(kind);
  });

  test('an unknown one is named, unless it cannot be a name', () => {
    expect(judgeKeyword('sslmod', 'x')).toMatchObject({
      reason: expect.stringContaining('"sslmod"') as string,
    });
    expect(JSON.stringify(judgeKeyword('hunter2:', 'x'))).not.toContain('hunter2');
  });
});
