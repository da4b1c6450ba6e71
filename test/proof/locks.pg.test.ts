import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { inject } from 'vitest';
import { groups } from './locks/files.js';
import { type Measured, measureLocks } from './locks/measure.js';

/** What `npm run docs` makes docs/locks.md of. */
interface Row {
  readonly group: string;
  readonly statement: string;
  readonly manual: string;
  readonly note: string;
  /** By major version. */
  readonly measured: Readonly<Record<string, readonly string[]>>;
}

const file = 'docs/locks.json';
const rows = JSON.parse(readFileSync(file, 'utf8')) as readonly Row[];
const major = inject('server').version;
const forms = Object.entries(groups).flatMap(([group, some]) =>
  some.map(({ statement, manual, note = '' }) => ({ group, statement, manual, note })),
);

describe('docs/locks.json', () => {
  test('says of each form what verify measures on this server', async () => {
    const measured = await measureLocks(Number(major));
    // To measure anew: PGM_WRITE_LOCKS=1, on each version.
    if (process.env['PGM_WRITE_LOCKS'] === '1') write(measured);
    else expect(columnOf(rows)).toEqual(measured);
  });

  test('has every form, with what the manual says', () => {
    expect(
      rows.map(({ group, statement, manual, note }) => ({ group, statement, manual, note })),
    ).toEqual(forms);
  });
});

function columnOf(some: readonly Row[]): Measured {
  return Object.fromEntries(
    some.flatMap(({ statement, measured: { [major]: own } }) =>
      own === undefined ? [] : [[statement, own]],
    ),
  );
}

function write(measured: Measured): void {
  const written = forms.map((form) => {
    const before = rows.find(({ statement }) => statement === form.statement)?.measured ?? {};
    const own = measured[form.statement];
    return { ...form, measured: own === undefined ? before : { ...before, [major]: own } };
  });
  writeFileSync(file, `${JSON.stringify(written, null, 2)}\n`);
}
