import { setTimeout as delay } from 'node:timers/promises';
import type postgres from 'postgres';
import { expect } from 'vitest';
import { checksumOf } from '../../src/core/files/text.js';
import { readSource } from '../../src/source/read-source.js';
import type { Kubelet, Payload } from '../support/kubelet.js';
import type { Chance } from '../support/memory/chance.js';
import { between } from './random.js';

const files = ['a_001_x.sql', 'a_002_x.sql', 'b_001_x.sql'] as const;

/** The table that each file of a generation adds its number to. */
export const applicationsTable = `create table applications (
  generation int not null, file text not null, at timestamptz not null default clock_timestamp());`;

/** Generation `number`: all files hold its number, so that a snapshot of two generations shows in what is recorded. */
export function generationOf(number: number): Payload {
  return Object.fromEntries(files.map((file) => [file, textOf(file, number)]));
}

function textOf(file: string, number: number): string {
  return `insert into applications (generation, file) values (${number}, '${file}');\n`;
}

/** Swaps with random gaps of up to `mostMs`, in both orders of links, and gives the revision of the last one. */
export async function storm(
  kubelet: Kubelet,
  { from, to, mostMs, random }: StormOptions,
): Promise<string> {
  for (let number = from; number <= to; number += 1) {
    kubelet.swap(generationOf(number), { linksFirst: random() < 0.5 });
    await delay(between(random, 0, mostMs));
  }
  const { revision } = await readSource(kubelet.directory, { schemas: null, reserved: ['pgm'] });
  return revision;
}

export interface StormOptions {
  /** The first generation, and the last one. */
  readonly from: number;
  readonly to: number;
  readonly mostMs: number;
  readonly random: Chance;
}

/**
 * Each run found all its files of one generation, applied none twice, and never went back; the last one is there. Both the
 * effects and the history have to say so.
 */
export async function expectNoneTorn(sql: postgres.Sql, count: number): Promise<void> {
  const runs = await sql`
    select string_agg(schema || '_' || filename || ' ' || checksum, ',') as tries
    from pgm.attempts where outcome = 'applied' group by revision order by min(id)`;
  const known = generationsByChecksum(count);
  const generations = runs.map(({ tries }) =>
    String(tries)
      .split(',')
      .map((each) => known.get(each)),
  );
  const numbers = generations.map(([number]) => number ?? NaN);
  // All files of a run are of its generation; one more of the same would be a second time.
  expect(generations).toEqual(numbers.map((number) => files.map(() => number)));
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(numbers.at(-1)).toBe(count);
  const effects = await sql`select generation from applications order by at`;
  expect(effects.map(({ generation }) => Number(generation))).toEqual(generations.flat());
}

/** Which generation a recorded try is of: `a_001_x.sql <checksum>` to its number. */
function generationsByChecksum(count: number): ReadonlyMap<string, number> {
  const numbers = Array.from({ length: count + 1 }, (_, number) => number);
  return new Map(
    numbers.flatMap((number) =>
      files.map((file) => [`${file} ${checksumOf(textOf(file, number))}`, number]),
    ),
  );
}
