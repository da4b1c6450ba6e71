import { describe, expect, test } from 'vitest';
import { judgeKeyword } from '../../src/core/connection-keywords.js';
import { pairHosts, parseHostList, parsePortList } from '../../src/core/host-list.js';
import { parseConnectionString } from '../../src/core/parse-connection-string.js';

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
    ['postgresql://u:hunter2#hunter2@h/db', /raw "#".*"#" as %23/],
    ['postgresql://u:hunter2?hunter2@h/db', /raw "\?".*"\?" as %3F/],
    ['postgresql://u:hunter2/hunter2@h/db', /raw "\/".*"\/" as %2F/],
    ['postgresql://u:hunter2@hunter2@h/db', /raw "@".*"@" as %40/],
    ['postgresql://u:hunter2%hunter2@h/db', /the password has a raw "%" in it: write it as %25/],
    ['postgresql://u:hunter2%zz@h/db', /raw "%"/],
    ['postgresql://u:#/?hunter2@h/db', /raw "#" and "\/" and "\?"/],
    ['postgresql://u:p@h/db?application_name=a@b', /raw .*"@".*"@" as %40/],
    ['postgresql://u:p@h/db#hunter2', /raw "#"/],
    ['postgresql://u:hunter2 hunter2@h/db', /raw blank.*%20/],
    ['postgresql://u:hun\nter2@h/db', /line break/],
    ['postgresql://u:p%00w@h', /%00/],
    ['postgresql://u:p%FFw@h', /no UTF-8/],
    ['postgresql://u:hunter2/db', /port has to be a number.*"@" and the host are missing/],
    ['postgresql://u:p@h:abc/db', /port has to be a number between 1 and 65535$/],
    ['postgresql://::1/db', /IPv6 address needs brackets/],
    ['postgresql://[::1/db', /IPv6 address needs brackets/],
    ['postgresql://h/a/b', /database name has a raw "\/"/],
    ['postgresql://h/db?sslmode', /not written keyword=value/],
    ['postgresql://h/db?=x', /not written keyword=value/],
    ['"postgresql://h/db"', /quotation mark/],
    ['POSTGRESQL://h/db', /small letters/],
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

test('a raw password is either taken for what it is or refused, never cut in two', () => {
  const bits = ['hunter2', '#', '/', '?', '@', ':', '%', '&', '=', ',', '[', ']', ' ', '%41', "'"];
  let seed = 7;
  const pick = (): string => {
    seed = (seed * 48271) % 2147483647;
    return bits[seed % bits.length]!;
  };
  let taken = 0;
  for (let round = 0; round < 3000; round += 1) {
    const raw = Array.from({ length: 1 + (round % 6) }, pick).join('');
    const { keywords, problems } = parseConnectionString(`postgresql://user:${raw}@host:5432/db`);
    expect(problems.join('\n')).not.toContain('hunter2');
    if (problems.length > 0) continue;
    taken += 1;
    expect(Object.fromEntries(keywords)).toEqual({
      user: 'user',
      password: decodeURIComponent(raw),
      host: 'host',
      port: '5432',
      dbname: 'db',
    });
  }
  expect(taken).toBeGreaterThan(100);
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

describe('host and port lists', () => {
  test.each([
    ['db', ['db']],
    ['a, b', ['a', 'b']],
    ['::1,/var/run/postgresql', ['::1', '/var/run/postgresql']],
  ])('%s', (text, hosts) => {
    expect(parseHostList(text)).toEqual({ kind: 'accepted', value: hosts });
  });

  test.each(['', 'a,,b', 'a,', 'u@h', 'postgresql://h', 'a b', '[::1]', 'db:5432'])(
    'refuses the host %j',
    (text) => {
      expect(parseHostList(text).kind).toBe('refused');
    },
  );

  test.each(['0', '70000', 'abc', '-1', '5432a', '1.5', '5432,x', '0x10'])(
    'refuses the port %j',
    (text) => {
      expect(parsePortList(text)).toEqual({
        kind: 'refused',
        reason: 'use a port between 1 and 65535',
      });
    },
  );

  test('one port serves all hosts, an empty one is 5432', () => {
    const pairs = (hosts: string[], ports: (number | null)[]): unknown => pairHosts(hosts, ports);
    expect(pairs(['a', 'b'], [5433])).toEqual({
      kind: 'accepted',
      value: [
        { host: 'a', port: 5433 },
        { host: 'b', port: 5433 },
      ],
    });
    expect(pairs(['a', 'b'], [null, 2])).toMatchObject({ value: [{ port: 5432 }, { port: 2 }] });
    expect(pairs(['a', 'b'], [1, 2, 3])).toMatchObject({ kind: 'refused' });
  });
});
