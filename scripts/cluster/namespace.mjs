import { randomBytes } from 'node:crypto';
import { database } from './cluster.mjs';

/** The reason why nothing was started. */
export class Refused extends Error {}

const label = 'app.kubernetes.io/managed-by';
const maker = 'pgm-test-cluster';

/** From the label of the namespace; null if there is no such namespace. */
async function makerOf(kubectl, name) {
  const found = await kubectl.ask(['get', 'namespace', name, '--ignore-not-found', '-o', 'json']);
  return found.trim() === ''
    ? null
    : (JSON.parse(found).metadata.labels?.[label] ?? 'somebody else');
}

/** Throws `Refused` if there is a namespace of that name that was not created here: nothing in it may be touched. */
export async function refuseForeign(kubectl, name) {
  if ([null, maker].includes(await makerOf(kubectl, name))) return;
  throw new Refused(
    `the namespace ${name} was not created by this test, so nothing was done; name another one with --namespace`,
  );
}

/** Creates the namespace, after deleting what an earlier run left of it. */
export async function makeNamespace(kubectl, name, timeoutFlag) {
  await deleteNamespace(kubectl, name, timeoutFlag);
  const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  const metadata = { name, labels: { [label]: maker, ...restricted } };
  const namespace = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata });
  // Not apply: if it was created meanwhile, it is not ours.
  await kubectl.ask(['create', '--filename', '-'], namespace);
}

/** Deletes the namespace if it is one of ours. */
export async function deleteNamespace(kubectl, name, timeoutFlag) {
  if ((await makerOf(kubectl, name)) !== maker) return;
  await kubectl.ask(['delete', 'namespace', name, '--wait=true', timeoutFlag]);
}

/** Makes passwords for the role of pgm, each with the Secret that holds it. */
export const passwords = {
  next() {
    const password = randomBytes(24).toString('hex');
    const url = `postgresql://pact:${password}@localhost:5432/${database}`;
    return { password, secret: secretOf('postgres-manager', { password, url }) };
  },
};

/** The two Secrets that `base` needs. */
export function firstSecrets() {
  const superuser = { password: randomBytes(24).toString('hex') };
  return [passwords.next().secret, secretOf('postgres-superuser', superuser)];
}

function secretOf(name, stringData) {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData };
}
