import type { SslMode, TlsMaterial, TlsSettings } from '../../core/connection/connection.js';
import { parseSslMode, shown } from '../../core/connection/connection.js';
import { Transient } from '../../core/errors.js';
import type { ConfigFiles, Given } from '../../core/connection/given.js';
import type { Asked } from './asked.js';
import type { Layers } from './connection-layers.js';
import { readAgain } from './read-again.js';

/** Reads mode, authorities and client certificate, checks the files once, and returns what reads them at each connect. */
export async function resolveTls(asked: Asked, find: Layers['find']): Promise<TlsSettings> {
  const mode = readMode(asked, find);
  if (mode === 'disable') return withoutTls;
  const ca = await findRootCertificate(asked, find, mode);
  const [cert = null, key = null] = await findClientCertificate(asked, find);
  const keyPassphrase = find('sslpassword')?.text ?? null;
  const read = (file: PemFile | null): Promise<string | null> =>
    readPem(file, asked.request, keyPassphrase !== null);
  for (const file of [ca, cert, key]) {
    await read(file).catch((error: unknown) => {
      if (!(error instanceof Transient)) throw error;
      asked.problems.add(error.message);
    });
  }
  const readMaterial = async (): Promise<TlsMaterial> => ({
    ca: await read(ca),
    cert: await read(cert),
    key: await read(key),
    keyPassphrase,
  });
  return { mode, readMaterial };
}

/** Always plain text, with nothing to read. */
export const withoutTls: TlsSettings = {
  mode: 'disable',
  readMaterial: () => Promise.resolve({ ca: null, cert: null, key: null, keyPassphrase: null }),
};

function readMode({ problems }: Asked, find: Layers['find']): SslMode {
  const setting = find('sslmode');
  const root = find('sslrootcert');
  const usual = root?.text === systemAuthorities ? 'verify-full' : 'prefer';
  if (setting === null) return usual;
  const parsed = parseSslMode(setting.text);
  if (parsed.kind === 'refused') {
    problems.add(`${setting.origin}: sslmode is ${shown(setting.text)}: ${parsed.reason}`);
    return usual;
  }
  if (root?.text === systemAuthorities && parsed.value !== 'verify-full') {
    problems.add(
      `${setting.origin}: sslmode=${parsed.value} cannot be used with sslrootcert=system: use sslmode=verify-full`,
    );
  }
  return parsed.value;
}

/** Throws `Transient`. */
async function readPem(
  file: PemFile | null,
  files: ConfigFiles,
  hasPassphrase: boolean,
): Promise<string | null> {
  if (file === null) return null;
  const text = await readAgain(files, file.path, file.name);
  const problem = pemProblem(file.kind, text, hasPassphrase);
  if (problem !== null) throw new Transient(`${file.name}: ${problem}`, null);
  return text;
}

/** The value of sslrootcert for the authorities that come with Node. */
const systemAuthorities = 'system';

interface PemFile {
  readonly kind: 'certificate' | 'key';
  readonly path: string;
  /** How problems name it: the variable that set it and the path, or the path alone. */
  readonly name: string;
}

/** The CA file, or null if none is needed. Chosen once, so that a file that is deleted later is an error. */
async function findRootCertificate(
  { request, problems, warnings, readsVariables }: Asked,
  find: Layers['find'],
  mode: SslMode,
): Promise<PemFile | null> {
  const setting = find('sslrootcert');
  const verifies = mode === 'require' || mode.startsWith('verify-');
  if (setting?.text === systemAuthorities) return null;
  if (setting !== null && !verifies) {
    warnings.add(
      `${setting.origin}: sslrootcert has no effect, because sslmode=${mode} verifies nothing: use sslmode=verify-full`,
    );
  }
  if (!verifies) return null;
  if (setting !== null) return named('certificate', setting);
  const path = `${request.homedir}/.postgresql/root.crt`;
  if (request.homedir !== '' && (await request.exists(path)))
    return { kind: 'certificate', path, name: path };
  if (mode !== 'require') {
    const origin = find('sslmode')?.origin ?? 'sslmode';
    const orVariable = readsVariables ? ' (or PGSSLROOTCERT)' : '';
    problems.add(
      `${origin}: sslmode=${mode} needs a CA certificate: set sslrootcert${orVariable} to its file, ` +
        `or to "${systemAuthorities}" with sslmode=verify-full`,
    );
  }
  return null;
}

/** Certificate and key come as a pair: both named, or both in `~/.postgresql`. */
async function findClientCertificate(
  { request, problems }: Asked,
  find: Layers['find'],
): Promise<readonly PemFile[]> {
  const [cert, key] = [find('sslcert'), find('sslkey')];
  if (cert !== null && key !== null) return [named('certificate', cert), named('key', key)];
  const lone = cert ?? key;
  if (lone !== null) {
    const [has, lacks] = cert !== null ? ['sslcert', 'sslkey'] : ['sslkey', 'sslcert'];
    problems.add(`${lone.origin}: ${has} is set without ${lacks}: set both or neither`);
    return [];
  }
  if (request.homedir === '') return [];
  const usual = `${request.homedir}/.postgresql/postgresql`;
  const [certPath, keyPath] = [`${usual}.crt`, `${usual}.key`];
  if (!(await request.exists(certPath)) || !(await request.exists(keyPath))) return [];
  return [
    { kind: 'certificate', path: certPath, name: certPath },
    { kind: 'key', path: keyPath, name: keyPath },
  ];
}

function named(kind: PemFile['kind'], { text, origin }: Given): PemFile {
  return { kind, path: text, name: `${origin}: ${text}` };
}

/** Why a text cannot be used, or null. Node accepts a file without any certificate silently, and then trusts no server. */
function pemProblem(kind: PemFile['kind'], text: string, hasPassphrase: boolean): string | null {
  if (kind === 'certificate') {
    return /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/.test(text)
      ? null
      : 'it contains no certificate in PEM form ("-----BEGIN CERTIFICATE-----"): correct the file';
  }
  if (!/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/.test(text)) {
    return 'it contains no private key in PEM form ("-----BEGIN PRIVATE KEY-----"): correct the file';
  }
  const encrypted = /BEGIN ENCRYPTED PRIVATE KEY|^Proc-Type: 4,ENCRYPTED/m.test(text);
  return encrypted && !hasPassphrase
    ? 'the key is encrypted: add sslpassword to the connection string, or store it decrypted'
    : null;
}
