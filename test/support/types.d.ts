import type { TestServer } from './server.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Major version of the PostgreSQL this project runs against; set in vitest.config.ts. */
    serverVersion: string;
    /** The oldest of those that this call tests. */
    firstVersion: string;
    /** The server of this project; set by server-setup.ts. */
    server: TestServer;
    /** A directory for data that `startServer` copies; goes with the project. */
    templates: string;
  }
}
