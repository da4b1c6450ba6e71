import { describe, expect, test } from 'vitest';
import { hasTools, manifestsOf } from './deployables.js';

/** What a Service and the monitor over it say, as far as it decides who is scraped. */
interface Scraped {
  readonly kind: string;
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly clusterIP?: string;
    readonly publishNotReadyAddresses?: boolean;
    readonly selector: Readonly<Record<string, unknown>>;
    readonly ports?: readonly { readonly name: string; readonly port: number }[];
    readonly endpoints?: readonly { readonly port: string; readonly path: string }[];
  };
}

/** Who is scraped there, and the labels of the pods that have metrics. */
function found(monitoring: string, pods: string) {
  const manifests = manifestsOf(monitoring) as unknown as readonly Scraped[];
  const monitor = manifests.find(({ kind }) => kind === 'ServiceMonitor');
  const service = manifests.find(
    ({ kind, spec }) => kind === 'Service' && spec.publishNotReadyAddresses === true,
  );
  const owners = manifestsOf(pods) as unknown as readonly {
    readonly kind: string;
    readonly spec: { readonly template: { readonly metadata: { readonly labels: object } } };
  }[];
  const owner = owners.find(({ kind }) => /^(?:StatefulSet|Deployment)$/.test(kind));
  if (monitor === undefined || service === undefined || owner === undefined) {
    throw new Error(`no monitor, Service or pod in ${monitoring} and ${pods}`);
  }
  return { monitor, service, podLabels: owner.spec.template.metadata.labels };
}

describe.runIf(hasTools)('the ServiceMonitor', () => {
  test.each([
    ['monitoring', 'base'],
    ['monitoring', 'external'],
    ['monitoring', 'fleet-health'],
    ['chart, watch', 'chart, watch'],
  ])('of %s scrapes the pods of %s, also those that are not ready', (monitoring, pods) => {
    const { monitor, service, podLabels } = found(monitoring, pods);
    expect(podLabels).toMatchObject(service.spec.selector);
    expect(service.metadata.labels).toMatchObject(monitor.spec.selector['matchLabels'] as object);
    expect(service.spec).toMatchObject({
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      ports: [{ name: 'health', port: 1239 }],
    });
    expect(monitor.spec.endpoints).toMatchObject([{ port: 'health', path: '/metrics' }]);
  });
});
