import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams as Shell } from 'node:child_process';
import { once } from 'node:events';
import { EmbeddedUnavailable } from '../core/errors.js';
import { spawnAs } from './identity.js';
import type { Identity } from './identity.js';

/** What stands in the guard's command line, so that another pgm knows it. */
export const guardName = 'pgm-embedded-guard';

/**
 * The parent of a server. It blocks on its standard input, a pipe that pgm holds and no other process inherits. When pgm
 * closes it, or dies of whatever, the guard interrupts its child, asks again after a second (the first one is lost if
 * the child had no handler yet), insists with SIGQUIT after `grace` more, and removes the directory `doomed` unless the
 * last word on the pipe was `keep`.
 *
 * The child holds a copy of the guard's standard output (3), so that its end is the end of that stream. The timer gets
 * SIGTERM's default before it is forked and sets its own trap after, so that no signal to it can be lost.
 */
const script = `
umask 077
grace=$1 doomed=$2 log=$3
shift 3
"$@" </dev/null 3>&1 >>"$log" 2>&1 &
child=$!
trap '' HUP INT
trap : TERM
echo "$child"
exec >/dev/null 2>&1
read -r word
trap - TERM
(
  trap 'kill "$nap"; wait; exit' TERM
  sleep 1 & nap=$!; wait "$nap"
  kill -INT "$child"
  sleep "$grace" & nap=$!; wait "$nap"
  kill -QUIT "$child"
) &
timer=$!
trap '' TERM
kill -INT "$child"
wait "$child"
status=$?
kill "$timer"
wait "$timer"
[ "$word" = keep ] || [ -z "$doomed" ] || rm -rf -- "$doomed"
exit "$status"
`;

/** Nothing of our own environment (passwords, say) reaches the server, and its messages are in English. */
export const childEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } as const;

export interface GuardedCommand {
  readonly identity: Identity;
  readonly command: string;
  readonly parameters: readonly string[];
  /** Appended to; what the command prints. */
  readonly log: string;
  /** Removed with all it holds once the command has ended; null to remove nothing. */
  readonly doomed: string | null;
}

export interface Guarded {
  /** Of the command, not of the guard. */
  readonly pid: number;
  /** Resolves when the command and everything it started have ended. */
  readonly ended: Promise<void>;
  /** What the shell itself complained of, e.g. a log it cannot write. */
  complaint(): string;
  /**
   * Stops the command if it still runs and resolves with its exit code (null when the guard itself was killed, which
   * leaves the command running). `keep` spares the directory this once. Asking twice is one stop.
   */
  release(word?: 'keep'): Promise<number | null>;
}

const graceSeconds = 4;

/** Starts `command` under a guard in a session of its own, where no Ctrl-C of our terminal arrives. */
export async function launchGuarded(what: GuardedCommand): Promise<Guarded> {
  const { identity, command, parameters, log, doomed } = what;
  const words = [guardName, String(graceSeconds), doomed ?? '', log, command, ...parameters];
  const shell = spawn('/bin/sh', ['-c', script, ...words], {
    cwd: '/',
    detached: true,
    env: childEnvironment,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...spawnAs(identity),
  });
  const exited = once(shell, 'exit') as Promise<[number | null]>;
  exited.catch(() => undefined); // a guard that cannot be spawned is reported by the next line
  await once(shell, 'spawn').catch((cause: unknown) => {
    throw notSpawned(identity, cause);
  });
  shell.stdin.on('error', () => undefined); // the guard was killed: `exited` says so
  return watch(shell, exited);
}

function notSpawned({ name }: Identity, cause: unknown): EmbeddedUnavailable {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
  return new EmbeddedUnavailable(
    `PostgreSQL cannot be started as the user "${name}" (${code} when starting /bin/sh). ` +
      'Run pgm as an ordinary user, or start a server yourself and name it in DATABASE_URL.',
    { cause },
  );
}

async function watch(shell: Shell, exited: Promise<[number | null]>): Promise<Guarded> {
  let complaint = '';
  shell.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const ended = once(shell.stdout, 'end').then(() => undefined);
  const pid = await firstLine(shell.stdout, ended);
  let released: Promise<number | null> | null = null;
  return {
    pid: Number(pid),
    ended,
    complaint: () => complaint.trim(),
    release: (word) => {
      shell.stdin.end(word === undefined ? '' : `${word}\n`);
      return (released ??= exited.then(([code]) => code));
    },
  };
}

/** Also keeps the stream flowing, without which its end would never be seen. */
async function firstLine(stream: Shell['stdout'], ended: Promise<void>): Promise<string> {
  let text = '';
  const line = new Promise<string>((resolve) => {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\n')) resolve(text);
    });
  });
  return Promise.race([line, ended.then(() => text)]);
}
