import type { SslMode, TlsMaterial } from './connection.js';
import { accepted, refused, type Parsed } from './parsed.js';

/** What one connection has to do about TLS. */
export interface TlsPolicy {
  /** How to try, in this order; the next one only when the server does not speak (or does not take) the one before. */
  readonly attempts: readonly ('tls' | 'plain')[];
  /** The certificate has to be signed by a trusted authority. */
  readonly verifyChain: boolean;
  /** The certificate has to be made out to the host we asked for. */
  readonly verifyName: boolean;
}

/**
 * libpq's meaning of a mode. With the certificate of an authority at hand `require` checks the chain as well. `allow` and
 * `prefer` never verify: a failed check could only lead to plain text, which protects less. For a host; a socket
 * directory is always plain.
 */
export function tlsPolicy(mode: SslMode, { ca }: Pick<TlsMaterial, 'ca'>): TlsPolicy {
  switch (mode) {
    case 'disable':
      return { attempts: ['plain'], verifyChain: false, verifyName: false };
    case 'allow':
      return { attempts: ['plain', 'tls'], verifyChain: false, verifyName: false };
    case 'prefer':
      return { attempts: ['tls', 'plain'], verifyChain: false, verifyName: false };
    case 'require':
      return { attempts: ['tls'], verifyChain: ca !== null, verifyName: false };
    case 'verify-ca':
      return { attempts: ['tls'], verifyChain: true, verifyName: false };
    case 'verify-full':
      return { attempts: ['tls'], verifyChain: true, verifyName: true };
  }
}

export function parseSslMode(text: string): Parsed<SslMode> {
  const mode = sslModes.find((known) => known === text);
  return mode === undefined ? refused(`use one of ${sslModes.join(', ')}`) : accepted(mode);
}

const sslModes: readonly SslMode[] = [
  'disable',
  'allow',
  'prefer',
  'require',
  'verify-ca',
  'verify-full',
];
