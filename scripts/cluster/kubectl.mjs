import { spawn } from 'node:child_process';

/** kubectl could not be started, or ended with a code other than 0. */
export class KubectlFailed extends Error {}

/**
 * kubectl for one context and one namespace, both named in each call: a change of the current context meanwhile changes
 * nothing here.
 */
export class Kubectl {
  #where;
  #options;

  /** `signal` ends what is running; `longest`: the milliseconds after which a command is given up. */
  constructor({ context, namespace, longest }, signal) {
    this.#where = ['--context', context, '--namespace', namespace];
    this.#options = { signal, longest };
  }

  /** What the command prints on stdout. `input` goes to its stdin: a password belongs there, and not in an argument. */
  ask(args, input = '') {
    return askKubectl([...this.#where, ...args], { ...this.#options, input });
  }

  async askJson(args) {
    return JSON.parse(await this.ask([...args, '--output', 'json']));
  }

  /** Objects, applied as `kubectl apply --server-side` does it for files. */
  apply(...items) {
    const list = { apiVersion: 'v1', kind: 'List', items };
    return this.ask(['apply', '--server-side', '--filename', '-'], JSON.stringify(list));
  }
}

/** The current context. */
export async function currentContext() {
  return (await askKubectl(['config', 'current-context'])).trim();
}

/** In a process group of its own, so that Ctrl-C does not end it together with us: `signal` does. */
function askKubectl(args, { input = '', signal, longest = 60_000 } = {}) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn('kubectl', args, { stdio: 'pipe', detached: true });
    const tooLong = AbortSignal.timeout(longest);
    const ends = signal === undefined ? tooLong : AbortSignal.any([signal, tooLong]);
    const end = () => child.kill();
    ends.addEventListener('abort', end);
    const printed = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr']) {
      child[stream].setEncoding('utf8').on('data', (text) => (printed[stream] += text));
    }
    child.stdin.on('error', () => undefined).end(input);
    child.once('error', ({ code, message }) => {
      const reason = code === 'ENOENT' ? 'it is not on the PATH; install it' : message;
      reject(new KubectlFailed(`kubectl did not start: ${reason}`));
    });
    child.once('close', (exitCode) => {
      ends.removeEventListener('abort', end);
      if (signal?.aborted) reject(signal.reason);
      else if (exitCode === 0) resolve(printed.stdout);
      else reject(new KubectlFailed(complaint(args, tooLong.aborted, exitCode, printed)));
    });
  });
}

function complaint(args, isTooLong, exitCode, { stdout, stderr }) {
  const from = args[0] === '--context' ? 4 : 0;
  const command = `kubectl ${args.slice(from, from + 3).join(' ')}`;
  if (isTooLong) return `${command} did not end in time`;
  const said = (stderr.trim() || stdout.trim()).split('\n').slice(-3).join(' · ');
  return `${command} ended with ${exitCode}: ${said}`;
}
