import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** Certificate and private key, as PEM texts. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateRequest {
  /** DNS name that the certificate is made out to. */
  readonly host: string;
  /** Default: in a day. */
  readonly expires?: Date;
}

/** An authority of its own. Made here, so that the tests need neither `openssl` nor keys in the repository. */
export class Authority {
  readonly #name: Buffer;
  readonly #key: KeyObject;
  /** What whoever trusts it has to have, as PEM text. */
  readonly certificate: string;

  constructor(name: string) {
    const { privateKey, publicKey } = newKeys();
    this.#name = distinguishedName(name);
    this.#key = privateKey;
    const ca = extension('551d13', true, sequence(boolean(true)));
    this.certificate = this.#signed({ subject: this.#name, publicKey, extensions: [ca] });
  }

  issue({ host, expires = inDays(1) }: CertificateRequest): Certified {
    const { privateKey, publicKey } = newKeys();
    const dnsName = tagged(0x82, Buffer.from(host));
    const certificate = this.#signed({
      subject: distinguishedName(host),
      publicKey,
      expires,
      extensions: [extension('551d11', false, sequence(dnsName))],
    });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { certificate, key };
  }

  #signed({ subject, publicKey, extensions, expires = inDays(1) }: Unsigned): string {
    const body = sequence(
      tagged(0xa0, integer(Buffer.from([2]))), // version 3
      integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
      ecdsaWithSha256,
      this.#name,
      sequence(time(inDays(-2)), time(expires)),
      subject,
      publicKey.export({ type: 'spki', format: 'der' }),
      tagged(0xa3, sequence(...extensions)),
    );
    const signature = tagged(3, Buffer.concat([Buffer.from([0]), sign('sha256', body, this.#key)]));
    return pem('CERTIFICATE', sequence(body, ecdsaWithSha256, signature));
  }
}

interface Unsigned {
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
  readonly expires?: Date;
}

export function inDays(days: number): Date {
  return new Date(Date.now() + days * 86_400_000);
}

function newKeys(): { privateKey: KeyObject; publicKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** The tags of DER that a certificate needs (X.690); an object identifier is given by its bytes in hex. */
function tagged(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag]), length(content.length), content]);
}

function length(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.from([bytes]);
  return bytes < 0x100 ? Buffer.from([0x81, bytes]) : Buffer.from([0x82, bytes >> 8, bytes & 0xff]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function integer(bytes: Buffer): Buffer {
  return tagged(2, bytes);
}

function boolean(value: boolean): Buffer {
  return tagged(1, Buffer.from([value ? 0xff : 0]));
}

function identifier(hex: string): Buffer {
  return tagged(6, Buffer.from(hex, 'hex'));
}

const ecdsaWithSha256 = sequence(identifier('2a8648ce3d040302'));

/** `CN=name` */
function distinguishedName(name: string): Buffer {
  const commonName = sequence(identifier('550403'), tagged(0x0c, Buffer.from(name)));
  return sequence(tagged(0x31, commonName));
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  const flag = critical ? [boolean(true)] : [];
  return sequence(identifier(id), ...flag, tagged(4, value));
}

/** `YYMMDDhhmmssZ`, good until 2049. */
function time(at: Date): Buffer {
  const digits = at.toISOString().slice(2, 19).replace(/\D/g, '');
  return tagged(0x17, Buffer.from(`${digits}Z`));
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
