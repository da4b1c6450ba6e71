import { beforeEach, describe, expect, test } from 'vitest';
import { Interrupted, PostgresUnreachable, Refused, Transient } from '../../../src/core/errors.js';
import type { PgmEvent } from '../../../src/core/events.js';
import { retryTransient } from '../../../src/operations/run/retry-transient.js';
import { HandClock } from '../../support/memory/clock.js';

const away = new Transient('nothing is listening there', 'ECONNREFUSED');
const silent = new Transient('no answer', 'ETIMEDOUT');
const wrongPassword = new Refused('password authentication failed', '28P01');
const noRight = new Refused('permission denied', '42501');

let clock: HandClock;
let events: PgmEvent[];
let stop: AbortController;
let tries: number;
let breakOff: () => void;

beforeEach(() => {
  clock = new HandClock();
  events = [];
  stop = new AbortController();
  tries = 0;
  breakOff = () => undefined;
});

/** Fails with these errors, one a try, and then works. */
function retry(troubles: readonly Error[], withinMs: number | null = null): Promise<string> {
  return retryTransient(
    () => {
      const trouble = troubles[tries];
      tries += 1;
      return trouble === undefined ? Promise.resolve('done') : Promise.reject(trouble);
    },
    {
      clock,
      emit: (event) => events.push(event),
      stop: { soon: stop.signal },
      database: {
        target: 'db:5432/pact',
        serverOrigin: 'DATABASE_URL',
        breakOff: () => {
          breakOff();
        },
      },
    },
    withinMs,
  );
}

/** What became of it when the time is over. */
async function outcome(work: Promise<string>, ms = 3_600_000): Promise<unknown> {
  const settled = work.catch((error: unknown) => error);
  await clock.advance(ms);
  return Promise.race([settled, Promise.resolve('not settled')]);
}

test('what works at once is done once, and nothing is said', async () => {
  expect(await outcome(retry([]))).toBe('done');
  expect(tries).toBe(1);
  expect(events).toEqual([]);
});

test('what passes by itself is tried again after growing, random waits, each told', async () => {
  clock.dice.push(0, 1, 0.5, 1);
  expect(await outcome(retry([silent, silent, silent, silent]))).toBe('done');
  expect(clock.slept).toEqual([0, 1_000, 1_000, 4_000]);
  expect(events).toEqual(
    [0, 1_000, 1_000, 4_000].map((retryInMs) => ({
      kind: 'waiting-for-postgres',
      target: 'db:5432/pact',
      reason: 'no answer',
      retryInMs,
    })),
  );
});

test.each([
  ['five seconds', silent, 5_000],
  ['one second where nobody listens', away, 1_000],
])('the waits grow to %s and no further, for as long as it takes', async (_most, trouble, most) => {
  clock.dice.push(...Array.from({ length: 40 }, () => 1));
  expect(await outcome(retry(Array.from({ length: 40 }, () => trouble)))).toBe('done');
  expect(Math.max(...clock.slept)).toBe(most);
  expect(tries).toBe(41);
});

describe('when the time is over', () => {
  const always = Array.from({ length: 1_000 }, () => away);

  test('a server that is away until the time is over ends it, naming the target, the last trouble and what to do', async () => {
    const error = await outcome(retry(always, 10_000));
    expect(error).toBeInstanceOf(PostgresUnreachable);
    expect((error as Error).message).toBe(
      'PostgreSQL at db:5432/pact was not reachable within 10 s: nothing is listening there; ' +
        'check host and port in DATABASE_URL, or wait longer with --wait-timeout',
    );
    expect((error as Error).cause).toBe(away);
  });

  test.each<[string, string, string | null, RegExp]>([
    ['a host name that is unknown', 'x', 'ENOTFOUND', /^.*reachable.*; check host and port in .*$/],
    ['a certificate', 'x; see sslrootcert', 'SELF_SIGNED_CERT_IN_CHAIN', /^.*; see sslrootcert; /],
    ['a standby', 'x', '25006', /^.* was not writable .*; name its primary in DATABASE_URL, /],
    ['a server that starts', 'x', '57P03', /^.* was not ready .*: x; wait longer with/],
    ['a server that is full up', 'x', '53300', /^.* was not ready .*: x; end idle sessions or /],
    ['a server that was stopped', 'x', '57P01', /^.* was not ready .*: x; see the server's log, /],
    ['a role with a limit', 'x; raise it', '53300', /: x; raise it; or wait longer with --wait-t/],
    ['a server without TLS', 'x; set ssl = on', null, /: x; set ssl = on$/],
    ['a reset', 'x; y', 'ECONNRESET', /: x; y; see the server's/],
    ['a connection that was cut', 'x', null, /: x; see the server's log, or wait longer with /],
  ])('what to do fits what happened: %s', async (_what, message, code, expected) => {
    const troubles = Array.from({ length: 1_000 }, () => new Transient(message, code));
    const error = (await outcome(retry(troubles, 10_000))) as Error;
    expect(error.message).toMatch(expected);
    expect(error.message.includes('host and port')).toBe(code === 'ENOTFOUND');
  });

  test('a server is tried until the very end of the time, and not beyond', async () => {
    const work = retry(always, 10_000);
    expect(await outcome(work, 9_999)).toBe('not settled');
    await clock.advance(1);
    await expect(work).rejects.toBeInstanceOf(PostgresUnreachable);
    const pauses = events.map((event) => ('retryInMs' in event ? event.retryInMs : NaN));
    expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBe(10_000);
  });

  test('without any time a server is tried once', async () => {
    await expect(outcome(retry(always, 0))).resolves.toBeInstanceOf(PostgresUnreachable);
    expect(tries).toBe(1);
  });
});

describe('a wrong password', () => {
  test('is tried three times, as a rotated Secret may be on its way, and then thrown', async () => {
    expect(await outcome(retry([wrongPassword, wrongPassword, wrongPassword]))).toBe(wrongPassword);
    expect(tries).toBe(3);
  });

  test('a wrong password that is right the next time works', async () => {
    expect(await outcome(retry([wrongPassword, wrongPassword]))).toBe('done');
  });

  test('has its three tries also after the server was long away', async () => {
    const troubles = [away, away, away, away, away, wrongPassword, wrongPassword];
    expect(await outcome(retry(troubles))).toBe('done');
    expect(tries).toBe(8);
  });

  test('is not told as waiting for PostgreSQL, which answers', async () => {
    await outcome(retry([wrongPassword, away, wrongPassword]));
    expect(events.map(({ kind }) => kind)).toEqual(['waiting-for-postgres']);
  });

  test('is what it is when the time is over', async () => {
    expect(await outcome(retry([wrongPassword, wrongPassword], 0))).toBe(wrongPassword);
    expect(tries).toBe(1);
  });
});

test.each([
  ['a missing right', noRight],
  ['a mistake of ours', new TypeError('x is not a function')],
])('%s is thrown at once', async (_what, error) => {
  expect(await outcome(retry([error]))).toBe(error);
  expect(tries).toBe(1);
  expect(events).toEqual([]);
});

test('the signal ends the wait at once, and leaves no sleeper', async () => {
  const work = retry([away, away]);
  await clock.advance(0);
  expect(clock.sleeping).toBe(1);
  stop.abort();
  await expect(work).rejects.toBeInstanceOf(Interrupted);
  expect(clock.sleeping).toBe(0);
});

describe('an attempt to connect that is not answered', () => {
  /** Rejects when it is broken off, as a dial does. */
  function silent(withinMs: number | null): Promise<string> {
    const attempt = (): Promise<string> =>
      new Promise((_, reject) => {
        tries += 1;
        breakOff = () => {
          reject(new Transient('it did not answer', 'BROKEN_OFF'));
        };
      });
    const database = {
      target: 'db:5432/pact',
      breakOff: () => {
        breakOff();
      },
    };
    const emit = (event: PgmEvent): unknown => events.push(event);
    return retryTransient(
      attempt,
      { clock, emit, stop: { soon: stop.signal }, database },
      withinMs,
    );
  }

  test('is broken off when the time is over', async () => {
    expect(await outcome(silent(2_000), 2_000)).toBeInstanceOf(PostgresUnreachable);
    expect(tries).toBe(1);
    expect(events).toEqual([]);
  });

  test('is broken off by the signal, and nobody says that there is another', async () => {
    const work = silent(null);
    stop.abort();
    expect(await outcome(work)).toBeInstanceOf(Interrupted);
    expect(tries).toBe(1);
    expect(events).toEqual([]);
  });
});
