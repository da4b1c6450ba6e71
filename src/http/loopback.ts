import type { IncomingMessage } from 'node:http';

/**
 * True for what comes from this machine and means this machine: a loopback peer *and* a loopback `Host`. That is how
 * `kubectl port-forward` arrives. The `Host` keeps out a page of the internet whose name was pointed at 127.0.0.1 and
 * that runs in a browser here.
 */
export function isLoopback({ socket, headers }: IncomingMessage): boolean {
  return isLoopbackAddress(socket.remoteAddress ?? '') && isLoopbackHost(headers.host ?? '');
}

function isLoopbackAddress(address: string): boolean {
  const ipv4 = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
  return address === '::1' || isLoopbackIpv4(ipv4);
}

/** `Host` as browsers and tools send it: a name or an address, IPv6 in brackets, and perhaps a port. */
function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/:\d{1,5}$/, '');
  return name === 'localhost' || name === '[::1]' || isLoopbackIpv4(name);
}

function isLoopbackIpv4(address: string): boolean {
  return /^127(?:\.\d{1,3}){3}$/.test(address);
}
