export type PemKind = 'certificate' | 'key';

/** Why a text cannot be used, or null. Node takes a file without any certificate in silence, and then trusts nobody. */
export function pemProblem(kind: PemKind, text: string, hasPassphrase: boolean): string | null {
  if (kind === 'certificate') {
    return /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/.test(text)
      ? null
      : 'it holds no certificate in PEM form ("-----BEGIN CERTIFICATE-----"): correct the file';
  }
  if (!/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/.test(text)) {
    return 'it holds no private key in PEM form ("-----BEGIN PRIVATE KEY-----"): correct the file';
  }
  const encrypted = /BEGIN ENCRYPTED PRIVATE KEY|^Proc-Type: 4,ENCRYPTED/m.test(text);
  return encrypted && !hasPassphrase
    ? 'the key is encrypted: add sslpassword to the connection string, or store it decrypted'
    : null;
}
