import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Refused } from './namespace.mjs';
import { parseImage } from './overlay.mjs';

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);

export const help = `npm run test:cluster -- [options]

Tests pgm on the cluster of kubectl's current context, in a namespace of its own, and deletes that again.

  --image <reference>     the image of pgm, where the cluster can find it (postgres-manager:${version})
  --postgres <reference>  the image of PostgreSQL (that of deploy/base)
  --namespace <name>      what to call the namespace (pgm-test-cluster)
  --timeout <duration>    how long to wait for each thing (3m)
  --hold <duration>       how long a Service has to keep its address (20s)
  --interval <duration>   between two looks (1s)
  --keep                  leave the namespace there, to look around
  --help

Exit codes: 0 all is fine, 1 something is not, 2 nothing was started.
`;

/** Throws `Refused` for what it does not know. */
export function readOptions(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        image: { type: 'string', default: `postgres-manager:${version}` },
        postgres: { type: 'string' },
        namespace: { type: 'string', default: 'pgm-test-cluster' },
        timeout: { type: 'string', default: '3m' },
        hold: { type: 'string', default: '20s' },
        interval: { type: 'string', default: '1s' },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const { image, postgres, timeout, hold, interval, ...rest } = values;
    const images = {
      'postgres-manager': image,
      ...(postgres === undefined ? {} : { 'docker.io/library/postgres': postgres }),
    };
    Object.values(images).forEach(parseImage);
    const patience = {
      timeout: milliseconds(timeout),
      hold: milliseconds(hold),
      interval: milliseconds(interval),
    };
    return { ...rest, images, patience };
  } catch (error) {
    throw new Refused(error.message, { cause: error });
  }
}

function milliseconds(text) {
  const [, number, unit] = /^(\d+)(ms|s|m)$/.exec(text) ?? [];
  if (number === undefined) throw new Error(`${text} is not a duration, such as 500ms, 20s or 3m`);
  return Number(number) * { ms: 1, s: 1_000, m: 60_000 }[unit];
}
