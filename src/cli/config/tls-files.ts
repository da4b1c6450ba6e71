import type { SslMode } from '../../core/connection.js';
import type { Layers, Setting } from './connection-layers.js';
import type { PemKind } from './pem.js';
import type { ConfigRequest, Scope } from './scope.js';

/** The value of sslrootcert that means the authorities that come with Node. */
export const systemAuthorities = 'system';

export interface PemFile {
  readonly kind: PemKind;
  readonly path: string;
  /** How problems name it: the variable that set it and the path, or the path alone. */
  readonly name: string;
}

/** The file of authorities, or null where none is asked for; it is settled here, so that one that vanishes later is an error. */
export async function findRootCertificate(
  { request, findings }: Scope,
  find: Layers['find'],
  mode: SslMode,
): Promise<PemFile | null> {
  const setting = find('sslrootcert');
  const verifies = mode === 'require' || mode.startsWith('verify-');
  if (setting?.value === systemAuthorities) return null;
  if (setting !== null && !verifies) {
    findings.warn(
      `${setting.origin}: sslrootcert has no effect, because sslmode=${mode} verifies nothing: use sslmode=verify-full`,
    );
  }
  if (!verifies) return null;
  if (setting !== null) return namedFile('certificate', setting);
  const path = `${request.homedir}/.postgresql/root.crt`;
  if (await request.exists(path)) return { kind: 'certificate', path, name: path };
  if (mode !== 'require') {
    const origin = find('sslmode')?.origin ?? 'sslmode';
    findings.problem(
      `${origin}: sslmode=${mode} needs the certificate of an authority: set sslrootcert (or PGSSLROOTCERT) to its file, ` +
        `or to "${systemAuthorities}" with sslmode=verify-full`,
    );
  }
  return null;
}

interface ClientCertificate {
  readonly cert: PemFile | null;
  readonly key: PemFile | null;
}

/** Certificate and key come as a pair: both named, or both in `~/.postgresql`. */
export async function findClientCertificate(
  { request, findings }: Scope,
  find: Layers['find'],
): Promise<ClientCertificate> {
  const [cert, key] = [find('sslcert'), find('sslkey')];
  if (cert !== null && key !== null) {
    return { cert: namedFile('certificate', cert), key: namedFile('key', key) };
  }
  const lone = cert ?? key;
  if (lone !== null) {
    const [has, lacks] = cert !== null ? ['sslcert', 'sslkey'] : ['sslkey', 'sslcert'];
    findings.problem(`${lone.origin}: ${has} is set without ${lacks}: set both or neither`);
    return { cert: null, key: null };
  }
  return usualClientCertificate(request);
}

async function usualClientCertificate({
  exists,
  homedir,
}: Pick<ConfigRequest, 'exists' | 'homedir'>): Promise<ClientCertificate> {
  const cert = `${homedir}/.postgresql/postgresql.crt`;
  const key = `${homedir}/.postgresql/postgresql.key`;
  if (!(await exists(cert)) || !(await exists(key))) return { cert: null, key: null };
  return {
    cert: { kind: 'certificate', path: cert, name: cert },
    key: { kind: 'key', path: key, name: key },
  };
}

function namedFile(kind: PemKind, { value, origin }: Setting): PemFile {
  return { kind, path: value, name: `${origin}: ${value}` };
}
