import type { HostPort } from '../../core/connection.js';
import { pairHosts, parseHostList, parsePortList } from '../../core/host-list.js';
import type { Parsed } from '../../core/parsed.js';
import type { Layers, Setting } from './connection-layers.js';
import { isServiceLink, shown, type Scope } from './scope.js';

/** The hosts in the order in which they are tried, and what is odd about how they were named. */
export function resolveHosts(scope: Scope, layers: Layers): readonly HostPort[] {
  const [host, port] = [layers.find('host'), layers.find('port')];
  noteEmptyHost(scope, layers, host);
  warnOfDifference(scope, layers, 'host');
  warnOfDifference(scope, layers, 'port');
  warnOfServiceLink(scope, layers, port);
  const hosts = accept(scope, host, parseHostList);
  const ports = port === null ? [null] : accept(scope, port, parsePortList);
  if (host === null || hosts === null || ports === null) return [];
  const origin =
    host.origin === port?.origin ? host.origin : `${host.origin}, ${port?.origin ?? ''}`;
  return accept(scope, { value: '', origin }, () => pairHosts(hosts, ports)) ?? [];
}

function accept<T>(
  { findings }: Scope,
  setting: Setting | null,
  parse: (text: string) => Parsed<T>,
): T | null {
  if (setting === null) return null;
  const parsed = parse(setting.value);
  if (parsed.kind === 'accepted') return parsed.value;
  findings.problem(`${setting.origin}: ${parsed.reason}`);
  return null;
}

/** `postgresql:///db` asks for the default host; `postgresql://user@/db` looks like a template with a hole. */
function noteEmptyHost(
  { findings }: Scope,
  { named, defaults }: Layers,
  host: Setting | null,
): void {
  if (named?.string.hostLeftEmpty !== true || host?.origin !== defaults.get('host')?.origin) return;
  findings.problem(
    `${named.origin}: it has no host after the user: write postgresql://user@localhost:5432/database, or set PGHOST or ` +
      'POSTGRES_HOST',
  );
}

function warnOfDifference({ findings }: Scope, layers: Layers, keyword: 'host' | 'port'): void {
  const [winner, other] = [layers.find(keyword), layers.postgresVariables.get(keyword)];
  if (winner === null || other === undefined || winner.value === other.value) return;
  findings.warn(
    `${other.origin} is ${shown(other.value)}, but ${winner.origin} names the ${keyword} ${shown(winner.value)}: ` +
      `${winner.origin} won`,
  );
}

function warnOfServiceLink(
  { findings, request }: Scope,
  { defaults }: Layers,
  port: Setting | null,
): void {
  const isDefault = port === null || port === defaults.get('port');
  if (!isDefault || !isServiceLink(request.env['POSTGRES_PORT'])) return;
  findings.warn(
    'POSTGRES_PORT is the link of a Kubernetes Service, not a port, and is ignored: name the port in DATABASE_URL, or set ' +
      'enableServiceLinks: false in the pod',
  );
}
