import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FileProof, Proof } from '../../src/core/proof/proof.js';
import { fileOf, prove } from '../support/proof.js';
import { asAdmin } from '../support/server.js';
import type { Case } from './second-run/case.js';
import { alterations, creations } from './second-run/definitions.js';
import { rowCases } from './second-run/rows.js';

const cases = [...creations, ...alterations, ...rowCases];
const role = `pgm_case_${process.pid}`;

/** With each file `verify` reads the catalog of all that is there: with all cases in one database, most of it is others'. */
const together = 16;

/** Some cases in one database, the ones that are fit in another, so that none is in the way of its twin. */
async function proveAll(twin: 'fit' | 'unfit'): Promise<readonly Proof[]> {
  const proofs: Proof[] = [];
  for (let at = 0; at < cases.length; at += together) {
    const some = cases.slice(at, at + together).flatMap((each) => filesOf(each, twin));
    proofs.push(await prove(Object.fromEntries(some)));
  }
  return proofs;
}

/** Path and text of what is there before, and of the file; none where there is no such twin. */
function filesOf(each: Case, twin: 'fit' | 'unfit'): readonly (readonly [string, string])[] {
  const sql = twin === 'fit' ? each.fit : (each.unfit?.sql ?? null);
  if (sql === null) return [];
  const schema = `${each.name}_${twin}`;
  const path = `set search_path = ${schema};\n`;
  const own = (text: string): string => text.replaceAll('{s}', schema).replaceAll('{role}', role);
  return [
    [
      `${schema}/001_before.sql`,
      `create schema if not exists ${schema};\n${path}${own(each.before ?? '')}`,
    ],
    [`${schema}/002_case.sql`, `${each.isBare === true ? '' : path}${own(sql)}`],
  ];
}

function proofFor(each: Case, twin: 'fit' | 'unfit', proofs: readonly Proof[]): FileProof {
  const proof = proofs[Math.floor(cases.indexOf(each) / together)]!;
  return fileOf(proof, `${each.name}_${twin}/002_case.sql`);
}

afterAll(() =>
  asAdmin((sql) =>
    sql.unsafe(`drop role if exists ${role}_fit; drop role if exists ${role}_unfit`),
  ),
);

describe('a file that is not fit to run twice', () => {
  let proofs: readonly Proof[];
  beforeAll(async () => {
    proofs = await proveAll('unfit');
  });

  for (const each of cases) {
    const { name, unfit } = each;
    if (unfit === null) continue;
    test(`has its verdict, place and fix: ${name.replaceAll('_', ' ')}`, () => {
      const { verdict, findings } = proofFor(each, 'unfit', proofs);
      const errors = findings.filter(({ severity }) => severity === 'error');
      const places = errors.map(({ place }) =>
        place === null ? '-' : `${place.line}:${place.column}`,
      );
      expect({ verdict, at: places.join(', '), fix: errors[0]?.advice }).toEqual({
        verdict: unfit.verdict ?? 'fails the second time',
        at: unfit.at,
        fix: unfit.fix,
      });
      expect(errors[0]?.rule).toBe(
        unfit.verdict === undefined ? 'fails-second-time' : 'changes-second-time',
      );
      expect(errors[0]?.message).toContain(unfit.says ?? 'run a second time, it fails');
    });
  }

  test('is shown for at least 40 kinds of statement', () => {
    expect(cases.filter(({ unfit }) => unfit !== null).length).toBeGreaterThanOrEqual(40);
  });
});

describe('a file that is fit to run twice', () => {
  let proofs: readonly Proof[];
  beforeAll(async () => {
    proofs = await proveAll('fit');
  });

  for (const each of cases) {
    if (each.fit === null) continue;
    test(`raises no false alarm: ${each.name.replaceAll('_', ' ')}`, () => {
      const { verdict, findings } = proofFor(each, 'fit', proofs);
      expect(findings.map(({ rule }) => rule)).toEqual(each.warned ?? []);
      expect(verdict).toBe('fit');
    });
  }

  test('is comparable in every object', () => {
    expect(proofs.flatMap(({ notCompared }) => notCompared)).toEqual([]);
  });
});
