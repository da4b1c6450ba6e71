import { everyExpr, type Expr } from '../../core/grammar/expressions.js';
import type { Known } from './known.js';

/** Volatile functions of PostgreSQL, pgcrypto and uuid-ossp that are used as defaults; now() and the like are not volatile. */
export const volatileFunctions: ReadonlySet<string> = new Set([
  'clock_timestamp',
  'currval',
  'gen_random_bytes',
  'gen_random_uuid',
  'lastval',
  'nextval',
  'random',
  'random_normal',
  'timeofday',
  'uuid_generate_v1',
  'uuid_generate_v1mc',
  'uuid_generate_v4',
  'uuidv4',
  'uuidv7',
]);

/** Whether it has to be computed again for each row, as far as is known. */
export function isVolatile(expr: Expr | null, known: Known): boolean {
  return [...everyExpr(expr)].some((each) => {
    if (each.kind !== 'call') return false;
    const { schema, name, at } = each;
    const own = known.object('function', { schema, name, at });
    return own === null ? volatileFunctions.has(name) : own.volatility === 'volatile';
  });
}
