import { describe, expect, test } from 'vitest';
import {
  pairHosts,
  parseHostList,
  parsePortList,
  parseSslMode,
  tlsPolicy,
  type SslMode,
} from '../../../src/core/connection/connection.js';

const modes: readonly SslMode[] = [
  'disable',
  'allow',
  'prefer',
  'require',
  'verify-ca',
  'verify-full',
];

describe('tlsPolicy', () => {
  test.each<[SslMode, string | null, readonly string[], readonly string[]]>([
    ['disable', null, ['plain'], []],
    ['allow', null, ['plain', 'tls'], []],
    ['allow', 'a CA', ['plain', 'tls'], []],
    ['prefer', null, ['tls', 'plain'], []],
    ['prefer', 'a CA', ['tls', 'plain'], []],
    ['require', null, ['tls'], []],
    ['require', 'a CA', ['tls'], ['chain']],
    ['verify-ca', 'a CA', ['tls'], ['chain']],
    ['verify-full', 'a CA', ['tls'], ['chain', 'name']],
    ['verify-full', null, ['tls'], ['chain', 'name']],
  ])('%s with %s tries %j and verifies %j', (mode, ca, attempts, verified) => {
    expect(tlsPolicy(mode, { ca })).toEqual({
      attempts,
      verifyChain: verified.includes('chain'),
      verifyName: verified.includes('name'),
    });
  });

  test('a mode that verifies or requires never falls back to plain text', () => {
    const strict = modes.filter((mode) => tlsPolicy(mode, { ca: null }).attempts[0] === 'tls');
    for (const mode of strict.filter((candidate) => candidate !== 'prefer')) {
      expect(tlsPolicy(mode, { ca: null }).attempts).toEqual(['tls']);
    }
  });
});

describe('parseSslMode', () => {
  test.each(modes)('knows %s', (mode) => {
    expect(parseSslMode(mode)).toEqual({ kind: 'accepted', value: mode });
  });

  test.each(['', 'verify_full', 'REQUIRE', 'true', 'no-verify'])(
    'refuses %j and lists the modes',
    (text) => {
      expect(parseSslMode(text)).toEqual({
        kind: 'refused',
        reason: 'use one of disable, allow, prefer, require, verify-ca, verify-full',
      });
    },
  );
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
