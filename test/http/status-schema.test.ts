import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { statusDocument } from '../../src/core/documents.js';
import { statusViewDocument } from '../../src/http/status-document.js';
import type { StatusView } from '../../src/core/watch/status-view.js';
import {
  allApplied,
  away,
  drifted,
  failed,
  many,
  neverSeen,
  noSource,
  waitingForLock,
} from '../page/scenes.js';

const schema = JSON.parse(
  readFileSync(new URL('../../docs/status.schema.json', import.meta.url), 'utf8'),
) as Schema;

interface Schema {
  readonly [name: string]: unknown;
  readonly $defs: Readonly<Record<string, Schema>>;
  readonly description?: string;
  readonly additionalProperties?: boolean;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).addSchema(
  schema,
  'status-view',
);

/** What the schema has against a document, as it goes over the wire. */
function complaints(document: object, part = ''): readonly string[] {
  ajv.validate(`status-view${part}`, JSON.parse(JSON.stringify(document)));
  return (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}

const scenes: readonly (readonly [string, () => StatusView])[] = [
  ['all is applied', allApplied],
  ['a file failed', failed],
  ['the database has drifted', drifted],
  ['PostgreSQL is away', away],
  ['another runner is at work', waitingForLock],
  ['there are 2,000 migrations', many],
  ['there is no source', noSource],
  ['PostgreSQL never answered', neverSeen],
];

describe('the schema of GET /status', () => {
  test.each(scenes)('fits what is answered when %s', (_, scene) => {
    expect(complaints(statusViewDocument(scene()))).toEqual([]);
  });

  test('fits what pgm status --json prints, as a part of it', () => {
    const { report } = failed().seen!;
    expect(complaints(statusDocument(report), '#/$defs/status')).toEqual([]);
  });

  test('knows no field that is not answered, and misses none that is', () => {
    const document = statusViewDocument(allApplied());
    expect(complaints({ ...document, password: 'x' })).toEqual([
      ' must NOT have additional properties',
    ]);
    for (const name of Object.keys(document)) {
      const rest = Object.fromEntries(Object.entries(document).filter(([key]) => key !== name));
      expect(complaints(rest)).toEqual([` must have required property '${name}'`]);
    }
  });

  test('refuses times that are not ISO 8601 in UTC', () => {
    const document = statusViewDocument(allApplied());
    expect(complaints({ ...document, at: '2026-11-23 12:05:22+00' })).toHaveLength(1);
  });

  test('is closed and described throughout', () => {
    for (const [name, part] of [
      ['the document', schema],
      ...Object.entries(schema.$defs),
    ] as const) {
      expect(part.additionalProperties, name).toBe(false);
      expect(part.description, name).toMatch(/\.$/);
      const properties = Object.entries(part.properties ?? {});
      expect([...(part.required ?? [])].sort(), name).toEqual(
        properties.map(([key]) => key).sort(),
      );
      for (const [key, property] of properties) {
        const isDescribed = property.description !== undefined || '$ref' in property;
        expect(isDescribed, `${name}.${key}`).toBe(true);
      }
    }
  });
});
