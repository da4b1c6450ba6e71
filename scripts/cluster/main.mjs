/** `npm run test:cluster`: what deploy/ and the docs promise, tested on a real cluster. See CONTRIBUTING.md. */
import { checks } from './checks.mjs';
import { Cluster } from './cluster.mjs';
import { currentContext, Kubectl, KubectlFailed } from './kubectl.mjs';
import {
  deleteNamespace,
  firstSecrets,
  makeNamespace,
  passwords,
  refuseForeign,
  Refused,
} from './namespace.mjs';
import { help, readOptions } from './options.mjs';
import { makeOverlays } from './overlay.mjs';

const print = (line) => process.stdout.write(`${line}\n`);
const complain = (line) => process.stderr.write(`${line}\n`);

/** The first signal stops the work, and what was created is deleted; a second one stops that too. */
const stopping = new AbortController();
const signalCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
for (const signal of Object.keys(signalCodes)) {
  process.on(signal, () => {
    if (stopping.signal.aborted) process.exit(signalCodes[signal]);
    complain(`${signal}: cleaning up; once more to leave everything as it is`);
    stopping.abort(new Stopped(signal));
  });
}

class Stopped extends Error {
  constructor(signal) {
    super(`stopped by ${signal}`);
    this.exitCode = signalCodes[signal];
  }
}

process.exitCode = await main().catch((error) => {
  complain(`test:cluster: ${isOurs(error) ? error.message : error.stack}`);
  return error.exitCode ?? (error instanceof Refused ? 2 : 1);
});

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(help);
    return 0;
  }
  const { namespace, patience } = options;
  const context = await currentContext().catch((error) => {
    throw new Refused(error.message, { cause: error });
  });
  const place = { context, namespace, longest: patience.timeout + 30_000 };
  const kubectl = new Kubectl(place, stopping.signal);
  const cluster = new Cluster(kubectl, patience, stopping.signal);
  await refuseForeign(kubectl, namespace);
  print(`context ${context}, namespace ${namespace}, image ${options.images['postgres-manager']}`);
  let isFine = false;
  try {
    await makeNamespace(kubectl, namespace, cluster.timeoutFlag);
    isFine = await runAll(cluster, options);
  } finally {
    isFine = (await leave(place, options, cluster.timeoutFlag)) && isFine;
  }
  return isFine ? 0 : 1;
}

/** Deletes the namespace, also after a signal. Returns whether it is gone, or kept on purpose. */
async function leave(place, { namespace, keep }, timeoutFlag) {
  const command = `kubectl --context ${place.context} delete namespace ${namespace}`;
  if (keep) {
    print(`kept: ${command}`);
    return true;
  }
  try {
    await deleteNamespace(new Kubectl(place), namespace, timeoutFlag);
    return true;
  } catch (error) {
    complain(`the namespace is still there: ${error.message}; try ${command}`);
    return false;
  }
}

/** Returns whether all were fine. Without the first there is nothing to check. */
async function runAll(cluster, options) {
  const overlays = makeOverlays(['base', 'ci'], options);
  let fine = 0;
  try {
    await cluster.kubectl.apply(...firstSecrets());
    for (const [index, check] of checks.entries()) {
      if (index > 0 && fine === 0) break;
      if (await isFine(index + 1, check, [cluster, overlays.of, passwords])) fine += 1;
    }
  } finally {
    overlays.remove();
    print(`${fine} of ${checks.length}`);
  }
  return fine === checks.length;
}

async function isFine(number, { name, run }, given) {
  const began = performance.now();
  const complaint = await run(...given).then(
    () => null,
    (error) => {
      stopping.signal.throwIfAborted();
      // Any other error is about an unexpected answer.
      return error.message;
    },
  );
  const took = `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const told =
    complaint === null ? `ok      ${number} ${name}` : `FAILED  ${number} ${name}: ${complaint}`;
  print(`${told} (${took})`);
  return complaint === null;
}

function isOurs(error) {
  return [Refused, Stopped, KubectlFailed].some((kind) => error instanceof kind);
}
