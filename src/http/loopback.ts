import type { IncomingMessage } from 'node:http';
import { targetOf } from './target.js';

/**
 * True for requests from this machine: the peer *and* the `Host` header must be loopback addresses, as they are with
 * `kubectl port-forward`. Checking `Host` prevents DNS rebinding, where a web page in a local browser reaches 127.0.0.1
 * under its own name.
 */
export function isLoopback({ socket, headers, url }: IncomingMessage): boolean {
  const { host } = targetOf(url ?? '/');
  return (
    isLoopbackAddress(socket.remoteAddress ?? '') &&
    isLoopbackHost(headers.host ?? '') &&
    (host === null || isLoopbackHost(host))
  );
}

function isLoopbackAddress(address: string): boolean {
  const ipv4 = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
  return address === '::1' || isLoopbackIpv4(ipv4);
}

/** `Host` is a name or an address, IPv6 in brackets, with or without a port. */
function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/:\d{1,5}$/, '');
  return name === 'localhost' || name === '[::1]' || isLoopbackIpv4(name);
}

function isLoopbackIpv4(address: string): boolean {
  return /^127(?:\.\d{1,3}){3}$/.test(address);
}
