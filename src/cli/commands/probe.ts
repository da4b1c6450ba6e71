import { ConfigurationError } from '../../core/errors.js';
import { printable } from '../../core/files/names.js';
import * as adapters from '../../library/open/adapters.js';
import { options } from '../config/table/options.js';
import type { Scope } from '../config/table/scope.js';
import { exitCodes } from '../process/exit-codes.js';
import { type Command, type CommandLine, readConfig } from './run-command.js';

type Config = ReturnType<typeof resolveProbe>;

/**
 * Prints one line on stdout and returns 0 for yes, 1 for no or no answer. It does not use `runCommand`, because it is
 * started every few seconds and has to be quick.
 */
export const probe: Command<'probe', Config> = {
  name: 'probe',
  summary: 'ask the health server on this machine, for exec probes',
  options: [
    options.applying.revision,
    options.health.healthPort,
    options.health.healthHost,
    options.kubernetes.probe,
    options.kubernetes.timeout,
  ],
  result: 'stdout',
  configure: (scope) => Promise.resolve(resolveProbe(scope)),
  run: probeOnce,
};

/** The exit code for "no". */
const answerIsNo = exitCodes.failed;

async function probeOnce(line: CommandLine): Promise<number> {
  try {
    return await answer(await readConfig(probe, line));
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const problem of error.problems) process.stderr.write(`pgm probe: ${problem}\n`);
    return exitCodes.usage;
  }
}

async function answer(config: Config): Promise<number> {
  const { question, revision, port, hosts, timeoutMs } = config;
  const query = revision === null ? '' : `?revision=${revision}`;
  const { ask } = await adapters.ask();
  const reply = await ask({ port, hosts, timeoutMs, path: `/${question}${query}` });
  if (reply.kind === 'silence') return tell(`no answer from ${reply.url}: ${advice(reply.reason)}`);
  const { status, body } = reply;
  const words = verdict(body);
  if (words !== null) return tell(words, status === 200 ? exitCodes.fine : answerIsNo);
  return tell(`what listens on port ${port} is not pgm: it answers ${status} without a status`);
}

function resolveProbe(scope: Scope) {
  const question = scope.read(options.kubernetes.probe);
  const revision = scope.read(options.applying.revision);
  if (scope.given(options.kubernetes.probe) === null) {
    scope.problems.add('say what to ask: pgm probe liveness, readiness or health');
  }
  if (question === 'liveness' && scope.given(options.applying.revision)?.origin === '--revision') {
    scope.problems.add(
      '--revision works with readiness and health only: liveness does not depend on a revision',
    );
  }
  return {
    question: question ?? 'readiness',
    // At least the beginning of a revision, in lower case; null for the current one.
    revision: question === 'liveness' ? null : revision,
    port: scope.read(options.health.healthPort),
    hosts: hostsToAsk(scope.read(options.health.healthHost)),
    timeoutMs: scope.read(options.kubernetes.timeout),
  };
}

/** A server that listens on every address is asked on loopback. */
function hostsToAsk(host: string | null): readonly string[] {
  if (host === null || host === '::' || host === '0.0.0.0') return ['127.0.0.1', '::1'];
  return [host];
}

function tell(words: string, exitCode: number = answerIsNo): number {
  process.stdout.write(`${printable(words)}\n`);
  return exitCode;
}

/** `not ready: 1 pending`; null if the answer is not from a health server of pgm. */
function verdict(body: string): string | null {
  let answer: { readonly status?: unknown; readonly reason?: unknown } | null;
  try {
    answer = JSON.parse(body) as typeof answer;
  } catch {
    return null;
  }
  const { status, reason } = answer ?? {};
  if (typeof status !== 'string') return null;
  return typeof reason === 'string' ? `${status}: ${reason}` : status;
}

function advice(reason: string): string {
  return reason === 'ECONNREFUSED'
    ? 'nothing listens there; is pgm watch running, with the same HEALTH_PORT? (ECONNREFUSED)'
    : reason;
}
