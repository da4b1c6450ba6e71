import { expect, test } from 'vitest';
import { targetOf } from '../../src/http/target.js';

test.each([
  ['/readiness', '/readiness', '', null],
  ['/readiness?revision=a%20b?c', '/readiness', 'revision=a%20b?c', null],
  ['http://host:1239/readiness?revision=a', '/readiness', 'revision=a', 'host:1239'],
  ['HTTP://[::1]/', '/', '', '[::1]'],
  ['https://host', '/', '', 'host'],
  ['/http://host/x', '/http://host/x', '', null],
  ['/../x', '/../x', '', null],
])('%s', (url, path, query, host) => {
  expect(targetOf(url)).toEqual({ path, query, host });
});
