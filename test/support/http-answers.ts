import type { HealthServerOptions } from '../../src/http/health-server.js';
import { notReady } from '../../src/core/readiness.js';

/** A health server's options of which a test replaces what it is about. On a free port of the loopback address. */
export function serverOptions(options: Partial<HealthServerOptions> = {}): HealthServerOptions {
  return {
    port: 0,
    addresses: ['127.0.0.1'],
    owner: 'pgm watch',
    version: '1.2.3',
    exposeStatus: false,
    pulse: () => ({ kind: 'beating' }),
    check: () => Promise.resolve(notReady('starting', 'unknown', null)),
    metrics: () => Promise.resolve({ type: 'text/plain', text: '' }),
    view: () => Promise.resolve(null),
    onBug: (error) => {
      throw error;
    },
    ...options,
  };
}
