import type { Observer, Runner, Session } from '../core/ports.js';
import type { CatalogQuestions } from '../core/drift/kept-catalog.js';
import type { ToolTables } from '../core/foreign/tool-history.js';
import { applyFile, countingEndings, namingFile, WornSession } from './apply/apply-file.js';
import { LeftSession } from './apply/session-state.js';
import { findLockHolder } from './backend/lock.js';
import { readIdentity } from './backend/identity.js';
import { translateAsking } from './backend/read-only.js';
import type * as questions from './drift/catalog-questions.js';
import { flushMessage } from './history/claim.js';
import { ensureHistory } from './history/ensure-history.js';
import { intentMessage, type Origin } from './history/history-row.js';
import type { HistoryTables } from './history/history-tables.js';
import { readAgreement, readAttempts, readHistory } from './history/read-history.js';
import { baselinedMessage, failedMessage, heldMessage } from './history/record.js';
import { type Shown, storing } from './history/storing.js';
import type { Client } from './wire/client.js';
import { serverErrorOf } from './wire/errors.js';

export interface SessionOptions {
  readonly runner: Runner;
  /** The backend beside the session's own. */
  readonly side: () => Promise<Client>;
  /** Called at the end. */
  readonly leaveSide: () => void;
  /** Opens another backend. */
  readonly open: () => Promise<Client>;
  /** Opens a backend for this session in place of its last one, which is closed. */
  readonly renew: () => Promise<HistoryTables>;
  readonly holdsRunLock: () => Promise<boolean>;
  /** Called when COMMIT got no answer. */
  readonly onUnknownCommit: (transactionId: string) => void;
  /** Keys of files that have run outside a transaction. */
  readonly outside: Set<string>;
  /** How often a session was terminated from outside while it ran a file, by the file's key and checksum. */
  readonly endings: Map<string, number>;
}

/** The backend of a session, which is replaced when the server ends it. */
interface Backend {
  tables: HistoryTables;
  /** Null until a file has run outside a transaction. */
  left: LeftSession | null;
  readonly worn: WornSession;
}

/** A session on a database; `opened` is its first backend. */
export function sessionOf(opened: HistoryTables, options: SessionOptions): Session {
  const own: Backend = { tables: opened, left: null, worn: new WornSession() };
  const asked: Asked = (ask) =>
    translating(own.tables.client, async () => {
      await own.left?.clean(own.tables.client);
      return ask(own.tables);
    });
  return {
    ...observing(() => own.tables, asked, options),
    ...reading(asked, options),
    ...readingTools(asked),
    agreement: (migrations, schemas) =>
      asked((tables) => readAgreement(tables, migrations, schemas)),
    identity: () => asked(({ client }) => readIdentity(client)),
    ensureHistory: () => asked(ensureHistory),
    apply: applying(own, options),
    flush: () => asked(({ client, schema }) => client.run(flushMessage(schema)).then(ignore)),
    ...recording(asked, options),
    cancel: () => {
      own.tables.client.cancel();
    },
    close: async () => {
      options.leaveSide();
      await own.tables.client.close();
    },
  };
}

/** Passes the session's tables to `ask`, and translates the server's errors. */
export type Asked = <T>(ask: (tables: HistoryTables) => Promise<T>) => Promise<T>;

/** What both a session and the probes ask. */
export function observing(
  tables: () => HistoryTables,
  asked: Asked,
  own: CatalogOptions,
): Omit<Observer, 'close'> {
  return {
    glance: (without) => reading(asked, own).glance(without),
    facts: () => {
      const { facts, target } = tables().client;
      return Promise.resolve({ ...facts, host: target, askedFrom: own.runner.host });
    },
    history: () => asked(readHistory),
    intents: () => tables().intents,
    attempts: (limit) => asked((own) => readAttempts(own, limit)),
    lockHolder: () => asked(({ client, schema }) => findLockHolder(client, schema)),
  };
}

type CatalogOptions = Pick<SessionOptions, 'runner' | 'outside'>;

/** Questions about the catalog, loaded when the first is asked: most sessions ask none. */
function reading(asked: Asked, { runner, outside }: CatalogOptions): CatalogQuestions {
  const ask = <T>(question: (on: Questions, context: questions.CatalogContext) => Promise<T>) =>
    asked(async ({ client, schema }) =>
      question(await import('./drift/catalog-questions.js'), { client, schema, runner, outside }),
    );
  const live = () => import('./drift/read-live.js');
  return {
    glance: (without) => ask((on, context) => on.glance(context, without === 'without mark')),
    expectedCatalog: (id) => ask((on, context) => on.readExpected(context, id)),
    liveCatalog: (...of) => ask(async (_, own) => (await live()).readLive(own, ...of)),
    changedCatalog: (...of) => ask(async (_, own) => (await live()).readChanged(own, ...of)),
    keepCatalog: (kept) =>
      ask(async (_, context) => (await import('./drift/keep.js')).keep(context, kept)),
    restored: (kept) =>
      ask(async (_, context) => (await import('./drift/restored.js')).readRestored(context, kept)),
  };
}

type Questions = typeof questions;

function readingTools(asked: Asked): ToolTables {
  const on = () => import('./history/tool-tables.js');
  return {
    toolTables: (names) => asked(async (own) => (await on()).readToolTables(own, names)),
    toolRows: (question) => asked(async (own) => (await on()).readToolRows(own, question)),
  };
}

function applying(own: Backend, options: SessionOptions): Session['apply'] {
  const { runner, renew, endings, side, open, holdsRunLock, onUnknownCommit } = options;
  const left = (): LeftSession => (own.left ??= new LeftSession());
  const hooks = { side, open, holdsRunLock, onUnknownCommit, left };
  return async (work) => {
    const { migration } = work;
    const { key } = migration;
    const last = own.tables.client;
    if (await translating(last, () => own.worn.isWornFor(migration, last)))
      await replace(own, renew);
    own.worn.begin(migration);
    const { schema, client } = own.tables;
    const origin = { historySchema: schema, runner, revision: work.revision };
    if (work.judgement.kind === 'no-transaction') options.outside.add(key);
    const outcome = await translating(client, async () => {
      if (work.judgement.kind === 'transaction') await own.left?.clean(client);
      return countingEndings(endings, work, (mayEndSession) =>
        applyFile(own.tables, { ...work, mayEndSession }, origin, hooks),
      );
    }).catch((error: unknown) => {
      throw namingFile(error, key);
    });
    // The server ended it because of the file; the next files need a new one.
    if (outcome.kind === 'failed' && client.lost) await replace(own, renew);
    return outcome;
  };
}

/** Opens a new backend in place of the last one. */
async function replace(own: Backend, renew: SessionOptions['renew']): Promise<void> {
  await own.tables.client.close();
  own.tables = await renew();
  own.left = null;
  own.worn.renewed();
}

type Recording = Pick<Session, 'recordIntent' | 'recordFailure' | 'recordHeld' | 'recordBaseline'>;

function recording(asked: Asked, { runner }: SessionOptions): Recording {
  const store = (revision: string, messageOf: (origin: Origin, shown: Shown) => string) =>
    asked(({ client, schema: historySchema }) => {
      const origin = { historySchema, runner, revision };
      return storing(client, (shown) => messageOf(origin, shown));
    });
  return {
    recordIntent: (intent, inFull) =>
      asked(async ({ client, schema: historySchema }) => {
        await client.run(intentMessage(intent, { historySchema, runner }, inFull));
      }),
    recordFailure: ({ revision, ...tried }, failure) =>
      store(revision, (origin, shown) => failedMessage(tried, origin, shown(failure))),
    recordHeld: ({ migration, revision }, because) =>
      store(revision, (origin, shown) => heldMessage(migration, origin, shown(because))),
    recordBaseline: (migrations, revision) =>
      store(revision, (origin) => baselinedMessage(migrations, origin)),
  };
}

const ignore = (): void => undefined;

/**
 * Turns the server's errors about our own statements into our own; errors from elsewhere, such as a feed, are not the
 * server's.
 */
export async function translating<T>(client: Client, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (serverErrorOf(error) === null) throw error;
    throw await translateAsking(error, client);
  }
}
