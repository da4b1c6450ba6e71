import type { Gauge } from 'prom-client';

/** For a gauge without labels: null leaves its series out, which is the truth where a number would be a guess. */
export function setOrRemove(gauge: Gauge, value: number | null): void {
  if (value === null) gauge.remove();
  else gauge.set(value);
}
