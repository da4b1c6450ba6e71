import type { SslMode, TlsMaterial, TlsSettings } from '../../core/connection.js';
import { Transient } from '../../core/errors.js';
import { parseSslMode } from '../../core/ssl-mode.js';
import type { Layers } from './connection-layers.js';
import {
  findClientCertificate,
  findRootCertificate,
  systemAuthorities,
  type PemFile,
} from './tls-files.js';
import { errorCode, readFailure } from './failure-reason.js';
import { pemProblem } from './pem.js';
import { shown, type ConfigFiles, type Scope } from './scope.js';

/** Reads mode, authorities and client certificate, checks the files once, and answers what reads them at each connect. */
export async function resolveTls(scope: Scope, find: Layers['find']): Promise<TlsSettings> {
  const mode = readMode(scope, find);
  if (mode === 'disable') return withoutTls;
  const files = {
    ca: await findRootCertificate(scope, find, mode),
    ...(await findClientCertificate(scope, find)),
  };
  const passphrase = find('sslpassword')?.value ?? null;
  for (const file of [files.ca, files.cert, files.key]) {
    if (file !== null) await checkFile(scope, file, passphrase);
  }
  const readMaterial = async (): Promise<TlsMaterial> => ({
    ca: await readPem(files.ca, scope.request, passphrase),
    cert: await readPem(files.cert, scope.request, passphrase),
    key: await readPem(files.key, scope.request, passphrase),
    keyPassphrase: passphrase,
  });
  return { mode, readMaterial };
}

/** Always plain text, with nothing to read. */
export const withoutTls: TlsSettings = {
  mode: 'disable',
  readMaterial: () => Promise.resolve({ ca: null, cert: null, key: null, keyPassphrase: null }),
};

function readMode({ findings }: Scope, find: Layers['find']): SslMode {
  const setting = find('sslmode');
  const root = find('sslrootcert');
  const usual = root?.value === systemAuthorities ? 'verify-full' : 'prefer';
  if (setting === null) return usual;
  const parsed = parseSslMode(setting.value);
  if (parsed.kind === 'refused') {
    findings.problem(`${setting.origin}: sslmode is ${shown(setting.value)}: ${parsed.reason}`);
    return usual;
  }
  if (root?.value === systemAuthorities && parsed.value !== 'verify-full') {
    findings.problem(
      `${setting.origin}: sslmode=${parsed.value} cannot go with sslrootcert=system: use sslmode=verify-full`,
    );
  }
  return parsed.value;
}

async function checkFile(
  { request, findings }: Scope,
  file: PemFile,
  passphrase: string | null,
): Promise<void> {
  try {
    await readPem(file, request, passphrase);
  } catch (error) {
    if (!(error instanceof Transient)) throw error;
    findings.problem(error.message);
  }
}

/** Throws `Transient`: a file may be missing for the moment in which a Secret is swapped. */
async function readPem(
  file: PemFile | null,
  files: ConfigFiles,
  passphrase: string | null,
): Promise<string | null> {
  if (file === null) return null;
  const text = await files.readFile(file.path).catch((error: unknown) => {
    const reason = `${file.name}: ${readFailure(error)}`;
    throw new Transient(reason, errorCode(error), { cause: error });
  });
  const problem = pemProblem(file.kind, text, passphrase !== null);
  if (problem !== null) throw new Transient(`${file.name}: ${problem}`, null);
  return text;
}
