import { spawn, type ChildProcessWithoutNullStreams as Shell } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedUnavailable, errnoOf } from '../../core/errors.js';
import { spawnAs, type Identity } from './identity.js';

/** In the guard's command line, so that other pgms recognise it. */
export const guardName = 'pgm-embedded-guard';

/** Puts the pid of pgm into the guard's command line, so that others can see whether pgm is still its parent. */
const launcher = `script=$1; shift; exec /bin/sh -c "$script" ${guardName} "$PPID" "$@"`;

/**
 * The parent of a server. It blocks on its standard input, a pipe that only pgm holds. When pgm closes the pipe or dies
 * for any reason, the guard sends SIGINT to its child, again after a second (the first is lost if the child had no
 * handler yet), and SIGQUIT `grace` seconds later. Then it removes the directory `doomed`, unless the last word on the
 * pipe was `keep`.
 *
 * Neither signals of the terminal nor the death of pgm before it has read the pid end the guard; SIGTERM has the same
 * effect as closing the pipe. The child holds a copy of the guard's standard output (3), so that stream ends when the
 * child does. SIGTERM is set to its default before the timer is forked, and the timer sets its own trap, so that no
 * signal to the timer is lost.
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

/** The server does not inherit our environment, which may hold passwords, and its messages are in English. */
export const childEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } as const;

interface GuardedCommand {
  readonly identity: Identity;
  readonly command: string;
  readonly parameters: readonly string[];
  /** The file to which the output of the command is appended. */
  readonly log: string;
  /** A directory to remove, with its content, when the command has ended; null for none. */
  readonly doomed: string | null;
  /** A line of text that is in the file `path` while the command runs, readable only for its user. */
  readonly secret?: { readonly path: string; readonly text: string };
}

export interface Guarded {
  /** Pid of the command, not of the guard. */
  readonly pid: number;
  /** Resolves when the command and everything it started have ended. */
  readonly ended: Promise<void>;
  /** Errors of the shell itself, such as a log that it cannot write. */
  complaint(): string;
  /**
   * Stops the command if it is still running and resolves with its exit code (null when the guard itself was killed,
   * which leaves the command running). With `keep` the directory is not removed. Calling it twice stops only once.
   */
  release(word?: 'keep'): Promise<number | null>;
}

const graceSeconds = 4;

/** Starts `command` under a guard, in a session of its own that does not get the Ctrl-C of our terminal. */
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
      'Run pgm as an ordinary user, or start a server yourself and set DATABASE_URL.',
    { cause },
  );
}

async function watch(shell: Shell, exited: Promise<[number | null]>): Promise<Guarded> {
  let complaint = '';
  shell.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  // Reading on after the first line keeps the stream flowing; otherwise its end would never be seen.
  const lines = createInterface(shell.stdout);
  const ended = once(lines, 'close').then(() => undefined);
  const first = once(lines, 'line') as Promise<[string]>;
  const [pid] = await Promise.race([first, ended.then(() => [''])]);
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

/** The result of `work`. Rejects with the error of `late` after `ms`; `work` is not stopped. */
export async function beforeDeadline<T>(
  work: Promise<T>,
  ms: number,
  late: () => Error,
): Promise<T> {
  const timer = delay(ms, null, { ref: false }).then(() => {
    throw late();
  });
  return Promise.race([work, timer]);
}
