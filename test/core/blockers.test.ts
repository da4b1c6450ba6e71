import { expect, test } from 'vitest';
import { describeHolder } from '../../src/core/blockers.js';

test('a holder without an application name is described all the same', () => {
  const holder = { pid: 4711, application: '', user: 'pact', since: '2026-11-23T12:00:00.000Z' };
  expect(describeHolder(holder)).toBe(
    'pid 4711 (no application name, user pact) since 2026-11-23T12:00:00.000Z',
  );
});
