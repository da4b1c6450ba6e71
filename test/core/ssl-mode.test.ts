import { describe, expect, test } from 'vitest';
import { parseSslMode, tlsPolicy } from '../../src/core/ssl-mode.js';
import type { SslMode } from '../../src/core/connection.js';

const modes: readonly SslMode[] = [
  'disable',
  'allow',
  'prefer',
  'require',
  'verify-ca',
  'verify-full',
];

describe('tlsPolicy', () => {
  test.each<[SslMode, string | null, readonly string[], boolean, boolean]>([
    ['disable', null, ['plain'], false, false],
    ['allow', null, ['plain', 'tls'], false, false],
    ['allow', 'a CA', ['plain', 'tls'], false, false],
    ['prefer', null, ['tls', 'plain'], false, false],
    ['prefer', 'a CA', ['tls', 'plain'], false, false],
    ['require', null, ['tls'], false, false],
    ['require', 'a CA', ['tls'], true, false],
    ['verify-ca', 'a CA', ['tls'], true, false],
    ['verify-full', 'a CA', ['tls'], true, true],
    ['verify-full', null, ['tls'], true, true],
  ])('%s with %s tries %j', (mode, ca, attempts, verifyChain, verifyName) => {
    expect(tlsPolicy(mode, { ca })).toEqual({ attempts, verifyChain, verifyName });
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
