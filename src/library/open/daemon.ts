import { versions } from 'node:process';
import type { Emit } from '../../core/events.js';
import type { SourceWatch } from '../../core/ports.js';
import type { HealthServerOptions, HealthServer } from '../../http/health-server.js';
import type { Metrics, MetricsOptions } from '../../http/metrics/metrics.js';
import { packageVersion } from './compose.js';

export async function openSourceWatch(
  directory: string,
  rescanMs: number,
  emit: Emit,
): Promise<SourceWatch> {
  const { watchSource } = await import('../../source/watch-source.js');
  const onWarning = (reason: string): void => {
    emit({ kind: 'watch-lost', directory, reason });
  };
  return watchSource(directory, { rescanMs, onWarning });
}

export async function isMounted(directory: string): Promise<boolean> {
  const { readGenerations } = await import('../../source/read-source.js');
  return readGenerations(directory) !== '';
}

export async function openHealthServer(
  options: Omit<HealthServerOptions, 'version' | 'onBug'>,
  emit: Emit,
): Promise<HealthServer> {
  const { startHealthServer } = await import('../../http/health-server.js');
  const onBug = (error: unknown): void => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    emit({ kind: 'warning', message: `a bug in pgm while answering over HTTP: ${text}` });
  };
  return startHealthServer({ ...options, version: packageVersion(), onBug });
}

export async function openMetrics(
  options: Omit<MetricsOptions, 'version' | 'nodeVersion'>,
): Promise<Metrics> {
  const { createMetrics } = await import('../../http/metrics/metrics.js');
  return createMetrics({ ...options, version: packageVersion(), nodeVersion: versions.node });
}
