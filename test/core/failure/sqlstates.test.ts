import { expect, test } from 'vitest';
import { isContended, sqlstates } from '../../../src/core/failure/sqlstates.js';

test('every SQLSTATE stands once in the table', () => {
  const codes = Object.values(sqlstates);
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) expect(code).toMatch(/^[\dA-Z]{5}$/);
});

test('a lock timeout, a deadlock and a serialization failure are contention, other errors are not', () => {
  const contended = Object.values(sqlstates).filter(isContended);
  expect(contended.sort()).toEqual(['40001', '40P01', '55P03']);
});
