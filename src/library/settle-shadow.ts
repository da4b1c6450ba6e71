import type { Embedded } from '../core/embedded.js';
import type { Asked } from './connection/asked.js';
import { chooseServer, type Server } from './connection/choose-server.js';
import { diskFiles } from './open/compose.js';
import type { OptionReader } from './option-reader.js';
import type { ShadowOptions } from './options.js';
import { settleHistory, settleLockTimeout } from './settle.js';
import type { LiveConfig } from './work/read-live.js';

/** Where files are tried, and with what. */
export async function settleShadow(reader: OptionReader<ShadowOptions>) {
  return {
    server: await shadowOf(reader),
    historySchema: settleHistory(reader),
    lockTimeoutMs: settleLockTimeout(reader),
    roles: reader.texts('roles') ?? [],
  };
}

function shadowOf(reader: OptionReader<ShadowOptions>): Promise<Server> {
  const url = reader.text('shadowUrl');
  const embedded: Embedded = { kind: url === null ? 'temporary' : 'off' };
  return chooseServer(askedBy(reader, { url, name: 'shadowUrl', embedded }));
}

/** A live database whose files are deployed. */
export async function settleLive(
  reader: OptionReader<{ readonly historySchema?: string | undefined }>,
  { url, name }: { readonly url: string | null; readonly name: string },
): Promise<LiveConfig | null> {
  if (url === null) return null;
  const asked = askedBy(reader, { url, name, embedded: { kind: 'off' } });
  return {
    server: await chooseServer(asked),
    historySchema: settleHistory(reader),
    waitTimeoutMs: 60_000,
    origin: name,
  };
}

interface Named {
  readonly url: string | null;
  readonly name: string;
  readonly embedded: Embedded;
}

/** Given by a connection string alone. */
function askedBy(
  { problems, warnings }: Pick<OptionReader<object>, 'problems' | 'warnings'>,
  { url, name, embedded }: Named,
): Asked {
  return {
    request: { env: {}, homedir: '', username: null, ...diskFiles },
    problems,
    warnings,
    usualUrl: url === null ? 'postgresql://postgres:postgres@localhost:5432/postgres' : null,
    urlName: name,
    readsVariables: false,
    given: (what) => (what === 'databaseUrl' && url !== null ? { text: url, origin: name } : null),
    embedded: () => embedded,
    maintenanceDatabase: () => null,
    connectTimeoutMs: () => null,
  };
}
