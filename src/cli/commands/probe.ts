import { homedir } from 'node:os';
import { printable } from '../../core/names.js';
import { askHealth } from '../compose.js';
import type { ProbeConfig } from '../config/config.js';
import { resolveProbe } from '../config/resolve-probe.js';
import { Findings, type Flags, Scope } from '../config/scope.js';
import { refuseUnknownFlags } from '../config/unknown-names.js';
import { exitCodes } from '../exit-codes.js';

/** What an exec probe takes for "no". */
const answerIsNo = exitCodes.migrationFailed;

/**
 * `pgm probe`: one line on stdout, and 0 for yes, 1 for no or no answer. It does without the reporter and the rest of what
 * the other commands start with, because it is started every few seconds.
 */
export async function probeCommand(line: {
  readonly flags: Flags;
  readonly rest: readonly string[];
}): Promise<number> {
  const { config, problems } = configure(line);
  if (problems.length > 0) {
    for (const problem of problems) process.stderr.write(`pgm probe: ${problem}\n`);
    return exitCodes.usage;
  }
  const { question, revision, ...where } = config;
  const query = revision === null ? '' : `?revision=${revision}`;
  const reply = await askHealth({ ...where, path: `/${question}${query}` });
  if (reply.kind === 'silence') return tell(`no answer from ${reply.url}: ${advice(reply.reason)}`);
  const { status, body } = reply;
  const isYes = status === 200;
  const words = verdict(body);
  if (words !== null) return tell(words, isYes ? exitCodes.fine : answerIsNo);
  return tell(
    `what listens on port ${where.port} is not pgm: it answers ${status} without a status`,
  );
}

function configure({ flags, rest }: Parameters<typeof probeCommand>[0]): {
  config: ProbeConfig;
  problems: readonly string[];
} {
  const findings = new Findings();
  const scope = new Scope(
    {
      ...{ command: 'probe', flags, rest, env: process.env, homedir: homedir(), username: null },
      exists: () => Promise.resolve(false),
      readFile: () => Promise.reject(new Error('a probe reads no file')),
      fileMode: () => Promise.reject(new Error('a probe reads no file')),
    },
    findings,
  );
  refuseUnknownFlags(scope);
  const config = resolveProbe(scope);
  return { config, problems: findings.problems };
}

function tell(words: string, exitCode: number = answerIsNo): number {
  process.stdout.write(`${printable(words)}\n`);
  return exitCode;
}

/** `not ready: 1 pending`; null for what no health server of ours says. */
function verdict(body: string): string | null {
  const { status, reason } = fields(body);
  if (typeof status !== 'string') return null;
  return typeof reason === 'string' ? `${status}: ${reason}` : status;
}

function fields(body: string): { readonly status?: unknown; readonly reason?: unknown } {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function advice(reason: string): string {
  return reason === 'ECONNREFUSED'
    ? 'nothing listens there; is pgm watch running, with the same HEALTH_PORT? (ECONNREFUSED)'
    : reason;
}
