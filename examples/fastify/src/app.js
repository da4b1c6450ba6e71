import Fastify from 'fastify';
import pg from 'pg';
import { migrate } from 'postgres-manager';

/**
 * An application that applies its migrations before it listens. Several may start at once: one applies the files, the others
 * wait for it. If a file fails, it does not start, and says why.
 */
export function buildApp({ databaseUrl, dir = 'migrations', logger = true }) {
  const app = Fastify({ logger });
  const pool = new pg.Pool({ connectionString: databaseUrl });
  app.addHook('onReady', () => applyAll(app, { databaseUrl, dir }));
  app.addHook('onClose', () => pool.end());
  app.post('/customers', async (request, reply) => {
    const { rows } = await pool.query(
      'INSERT INTO shop.customers (email) VALUES ($1) RETURNING id::int, email',
      [request.body.email],
    );
    return reply.code(201).send(rows[0]);
  });
  return app;
}

async function applyAll(app, { databaseUrl, dir }) {
  const result = await migrate({
    databaseUrl,
    dir,
    onFailure: 'stop',
    onEvent: (event) => {
      if (event.kind === 'migration-applied') app.log.info(`applied ${event.key}`);
      if (event.kind === 'migration-failed') {
        const { message, place } = event.failure;
        app.log.error(`${event.path}:${place?.line ?? 1}:${place?.column ?? 1}: ${message}`);
      }
    },
  });
  if (!result.upToDate) throw new Error('the database is not up to date: see the log');
}
