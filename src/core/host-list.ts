import type { HostPort } from './connection.js';
import { accepted, refused, type Parsed } from './parsed.js';

/** Reads `h1,h2,/socket/dir`. Reasons never repeat the text: a misread URL could put a part of a password here. */
export function parseHostList(text: string): Parsed<readonly string[]> {
  const hosts = text.split(',').map((host) => host.trim());
  if (hosts.includes('')) return refused('name a host on each side of every comma');
  if (hosts.some((host) => /^[^/:]*:[^:]*$/.test(host))) {
    return refused('name the host alone: its port is a setting of its own');
  }
  if (!hosts.every((host) => /^\/|^[^\s/@?#[\]"']+$/.test(host))) {
    return refused('use a host name, an address or a socket directory that starts with "/"');
  }
  return accepted(hosts);
}

/** Reads `5432` or `5432,,5433`; an empty one is null, for the default. */
export function parsePortList(text: string): Parsed<readonly (number | null)[]> {
  const ports = text.split(',').map((port) => port.trim());
  if (!ports.every((port) => port === '' || isPort(port))) {
    return refused('use a port between 1 and 65535');
  }
  return accepted(ports.map((port) => (port === '' ? null : Number(port))));
}

/** One port serves all hosts; otherwise there are as many ports as hosts. */
export function pairHosts(
  hosts: readonly string[],
  ports: readonly (number | null)[],
): Parsed<readonly HostPort[]> {
  if (ports.length > 1 && ports.length !== hosts.length) {
    return refused(
      `${hosts.length} hosts and ${ports.length} ports do not match: give one port, or one for each host`,
    );
  }
  return accepted(
    hosts.map((host, at) => ({
      host,
      port: (ports.length === 1 ? ports[0] : ports[at]) ?? usualPort,
    })),
  );
}

export function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535;
}

const usualPort = 5432;
