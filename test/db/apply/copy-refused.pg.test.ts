import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureOf, statesOf, useTrials } from '../../faults/trial.js';
import { migrateFiles } from '../../support/run.js';
import { testServer } from '../../support/server.js';
import { type Frame, Frames } from '../../support/frames.js';

const begin = useTrials();

const refused: readonly (readonly [what: string, make: string, into: string, rows: string])[] = [
  ['a view', 'create view NAME.v as select 1 as a;', 'NAME.v (a)', '1'],
  ['a materialized view', 'create materialized view NAME.m as select 1 as a;', 'NAME.m (a)', '1'],
  [
    'a table whose trigger raises',
    `create table NAME.t (a int);
     create function NAME.no() returns trigger language plpgsql as $$ begin raise 'no'; end $$;
     create trigger no before insert on NAME.t for each row execute function NAME.no();`,
    'NAME.t (a)',
    '1',
  ],
  ['a table of another type', 'create table NAME.n (a int);', 'NAME.n (a)', 'one'],
];

test.each(refused)(
  'a COPY into %s is a failure of its file, and later files are applied',
  async (_what, make, into, rows) => {
    for (let round = 0; round < 10; round += 1) {
      const trial = await begin();
      const named = (sql: string): string => sql.replaceAll('NAME', trial.name);
      const files = {
        'a/001_make.sql': named(make),
        'a/002_copy.sql': `copy ${named(into)} from stdin;\n${rows}\n\\.\n`,
        'b/001_last.sql': 'select 1;',
      };
      expect(statesOf(await trial.run(files))).toEqual([
        'a/001_make.sql applied',
        'a/002_copy.sql failed',
        'b/001_last.sql applied',
      ]);
    }
  },
);

const rowsRequested = 'G';
const refusal = 'E';
const rowsEnded = 'c';

/** What the network does to the answer of a COPY that the server refuses right after it has asked for the rows. */
const timings = ['in the packet that asks for the rows', 'before the rows', 'after the rows'];

/** A network in which each refusal of a COPY arrives at the moment wanted. */
class CopyNetwork {
  timing = timings[0];
  /** How many refusals came after a request for rows. */
  refusals = 0;
  readonly server: Server;

  constructor() {
    this.server = createServer({ noDelay: true }, (client) => {
      const { host, port } = testServer();
      this.#join(client, connect({ port, host, noDelay: true }));
    });
  }

  #join(client: Socket, server: Socket): void {
    const said = new Frames('server');
    const asked = new Frames('client');
    let copies = false;
    let hasEnded = false;
    let awaited = false;
    let held: Buffer[] = [];
    let heldRows: Buffer[] = [];
    const answer = ({ letter, bytes }: Frame): void => {
      if (letter === rowsRequested) {
        copies = true;
        hasEnded = false;
        awaited = true;
      }
      if (letter === refusal && awaited) {
        this.refusals += 1;
        awaited = false;
      }
      const holds =
        (this.timing === timings[0] && letter === rowsRequested) ||
        (this.timing === timings[2] && copies && !hasEnded && letter !== rowsRequested);
      held.push(bytes);
      if (holds) return;
      client.write(Buffer.concat(held));
      held = [];
      if (letter !== refusal) return;
      copies = false;
      for (const rows of heldRows) server.write(rows);
      heldRows = [];
    };
    const ask = ({ letter, bytes }: Frame): void => {
      if (this.timing === timings[1] && copies) heldRows.push(bytes);
      else server.write(bytes);
      if (letter !== rowsEnded) return;
      hasEnded = true;
      if (this.timing !== timings[2]) return;
      client.write(Buffer.concat(held));
      held = [];
    };
    server.on('data', (chunk) => {
      for (const frame of said.completedBy(chunk)) answer(frame);
    });
    client.on('data', (chunk) => {
      for (const frame of asked.completedBy(chunk)) ask(frame);
    });
    for (const [end, other] of [
      [client, server],
      [server, client],
    ] as const) {
      end.on('error', () => undefined);
      end.on('close', () => other.end());
    }
  }
}

describe('a refusal that arrives', () => {
  const network = new CopyNetwork();
  beforeAll(async () => {
    await new Promise<void>((resolve) => network.server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => network.server.close());

  const headers = [
    ['in a transaction', ''],
    ['without a transaction', '-- pgm:no-transaction\n'],
  ] as const;

  test.each(timings.flatMap((timing) => headers.map((header) => [timing, ...header] as const)))(
    '%s fails its file, %s, a hundred times of a hundred',
    async (timing, _, header) => {
      const trial = await begin();
      await trial.sql.unsafe(`create view ${trial.name}.v as select 1 as a`);
      // After a failure others of its schema may have to wait.
      const names = Array.from({ length: 100 }, (_each, at) => `s${String(at)}/1_copy.sql`);
      const copy = `${header}copy ${trial.name}.v (a) from stdin;\n1\n\\.\n`;
      network.timing = timing;
      network.refusals = 0;
      const ran = await migrateFiles(Object.fromEntries(names.map((name) => [name, copy])), {
        ...trial.target,
        port: (network.server.address() as AddressInfo).port,
      });
      const line = header === '' ? 1 : 2;
      for (const name of names) {
        expect(failureOf(ran, name)).toMatchObject({ sqlstate: '42809', place: { line } });
      }
      expect(network.refusals).toBe(100);
    },
  );
});
