import { buildApp } from './app.js';

const app = buildApp({ databaseUrl: process.env.DATABASE_URL });
process.once('SIGTERM', () => app.close());
await app.listen({ host: '0.0.0.0', port: Number(process.env.PORT ?? 3000) });
