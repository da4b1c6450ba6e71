import { expect, test } from './fixtures.js';

test('orders add up', async ({ request }) => {
  await request.post('/orders?email=ada@example.com&cents=1250');
  await request.post('/orders?email=ada@example.com&cents=750');
  const answer = await request.get('/total?email=ada@example.com');
  expect(await answer.json()).toEqual({ total: 2000 });
});

test('what another test has ordered is not here', async ({ request }) => {
  const answer = await request.get('/total?email=ada@example.com');
  expect(await answer.json()).toEqual({ total: 0 });
});
