import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams as Shell } from 'node:child_process';
import { once } from 'node:events';
import { EmbeddedUnavailable } from '../core/errors.js';
import { errnoOf } from './errno.js';
import { spawnAs } from './identity.js';
import type { Identity } from './identity.js';

/** What stands in the guard's command line, so that another pgm knows it. */
export const guardName = 'pgm-embedded-guard';

/** Puts the pid of pgm into the guard's command line, where others see whether the guard still has that parent. */
const launcher = `script=$1; shift; exec /bin/sh -c "$script" ${guardName} "$PPID" "$@"`;

/**
 * The parent of a server. It blocks on its standard input, a pipe that pgm holds and no other process inherits. When pgm
 * closes it, or dies of whatever, the guard interrupts its child, asks again after a second (the first one is lost if
 * the child had no handler yet), insists with SIGQUIT after `grace` more, and removes the directory `doomed` unless the
 * last word on the pipe was `keep`.
 *
 * Neither a terminal nor a pgm that died before it read our line ends the guard; SIGTERM does the same as a closed pipe.
 * The child holds a copy of the guard's standard output (3), so that its end is the end of that stream. The timer gets
 * SIGTERM's default before it is forked and sets its own trap after, so that no signal to it can be lost.
 */
const script = `
umask 077
grace=$2 doomed=$3 log=$4 secret=$5
shift 5
[ -z "$secret" ] || (IFS= read -r line; printf '%s\\n' "$line" >"$secret")
"$@" </dev/null 3>&1 >>"$log" 2>&1 &
child=$!
trap '' HUP INT PIPE
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
[ -z "$secret" ] || rm -f -- "$secret"
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
  /** A text of one line that lies in the file `path`, for its user only, as long as the command runs. */
  readonly secret?: { readonly path: string; readonly text: string };
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
  const { identity, command, parameters, log, doomed, secret } = what;
  const words = [String(graceSeconds), doomed ?? '', log, secret?.path ?? ''];
  const shell = spawn('/bin/sh', ['-c', launcher, 'sh', script, ...words, command, ...parameters], {
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
  if (secret !== undefined) shell.stdin.write(`${secret.text}\n`);
  return watch(shell, exited);
}

function notSpawned({ name }: Identity, cause: unknown): EmbeddedUnavailable {
  return new EmbeddedUnavailable(
    `PostgreSQL cannot be started as the user "${name}" (${errnoOf(cause) ?? 'for an unknown reason'} when starting /bin/sh). ` +
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
