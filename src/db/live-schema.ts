import { describeTarget } from '../core/connection/connection.js';
import type { LiveSchema } from '../core/schema/parts/reading.js';
import { readSchema } from './catalog/read-schema.js';
import { type DatabaseOptions, dialling } from './database.js';
import { translating } from './session.js';
import type { Client } from './wire/client.js';
import { dial } from './wire/dial.js';

/** Reads the catalog of a database on a backend of its own. */
export function openLiveSchema(options: DatabaseOptions): LiveSchema {
  const { settings, historySchema } = options;
  const { database } = settings;
  let attempts = new AbortController();
  let client: Client | null = null;
  return {
    target: describeTarget(settings),
    serverOrigin: settings.origins.server,
    read: async (ignored) => {
      const { signal } = attempts;
      const own = await dial({ ...dialling(options), database, signal });
      client = own;
      try {
        return await translating(own, () => readSchema(own, historySchema, { ignored }));
      } finally {
        client = null;
        await own.close();
      }
    },
    breakOff: () => {
      attempts.abort();
      attempts = new AbortController();
    },
    cancel: () => {
      client?.cancel();
    },
  };
}
