import type { Pod } from './rendered.js';
import type { Manifest } from './schema.js';

interface Selector {
  readonly matchLabels: Readonly<Record<string, string>>;
}

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly port?: number | string; readonly protocol?: string }[];
}

export interface Policy {
  readonly podSelector: Selector;
  readonly policyTypes?: readonly string[];
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}

export function policiesOf(manifests: readonly Manifest[]): readonly Policy[] {
  const found = manifests.filter(({ kind }) => kind === 'NetworkPolicy');
  return found.map((manifest) => manifest['spec'] as Policy);
}

/**
 * What the policies let into a pod and out of it, a sentence a rule. Throws for a pod that no policy closes in both
 * directions: all is let through there that no rule names.
 */
export function trafficOf({ labels }: Pod, policies: readonly Policy[]): readonly string[] {
  const own = policies.filter(({ podSelector }) => selects(podSelector, labels));
  for (const direction of ['Ingress', 'Egress']) {
    const isClosed = own.some(({ policyTypes = [] }) => policyTypes.includes(direction));
    if (!isClosed) throw new Error(`no policy closes ${direction} of ${JSON.stringify(labels)}`);
  }
  return own.flatMap(({ ingress = [], egress = [] }) => [
    ...ingress.map(({ from, ports }) => `in from ${peersOf(from)}: ${portsOf(ports)}`),
    ...egress.map(({ to, ports }) => `out to ${peersOf(to)}: ${portsOf(ports)}`),
  ]);
}

function selects({ matchLabels }: Selector, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}

/** A rule without peers is for everybody, and so is an empty list of them. */
function peersOf(peers: readonly Peer[] = []): string {
  return peers.length === 0 ? 'anywhere' : peers.map(peerOf).join(' or ');
}

/** Pods without a namespace are those of the policy's own. */
function peerOf({ podSelector, namespaceSelector }: Peer): string {
  const named = namespaceSelector?.matchLabels['kubernetes.io/metadata.name'];
  const space = namespaceSelector === undefined ? null : `namespace ${named ?? 'any'}`;
  const pods = podSelector === undefined ? null : `pods ${labelsOf(podSelector)}`;
  return [pods, space].filter((part) => part !== null).join(' in ');
}

function labelsOf({ matchLabels }: Selector): string {
  const labels = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  return labels.length === 0 ? 'any' : labels.join(',');
}

function portsOf(ports: Rule['ports'] = []): string {
  if (ports.length === 0) return 'any port';
  return ports.map(({ port, protocol }) => `${port ?? 'any'}/${protocol ?? 'TCP'}`).join(', ');
}
