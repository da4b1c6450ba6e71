import { describe, expect, test } from 'vitest';
import { FirstQuestion } from '../../src/db/first-question.js';

function message(letter: string, text: string): Buffer {
  const bytes = Buffer.from(`${letter}\0\0\0\0${text}\0`);
  bytes.writeUInt32BE(bytes.length - 1, 1);
  return bytes;
}

const password = message('p', 'md5f00');
const question = message('Q', 'select 1');
const another = message('Q', 'select 2');

function asked(): FirstQuestion {
  const first = new FirstQuestion(true);
  first.ask('select 1');
  return first;
}

describe('a first question that may go ahead', () => {
  test('goes with the last word, and is left out where the driver writes it', () => {
    const first = asked();
    expect(first.placed(message('p', 'SCRAM-SHA-256'))).toEqual(message('p', 'SCRAM-SHA-256'));
    expect(first.isUnheard).toBe(false);
    expect(first.placed(password)).toEqual(Buffer.concat([password, question]));
    expect(first.isUnheard).toBe(true);
    expect(first.placed(Buffer.concat([question, another]))).toEqual(another);
    expect(first.placed(question)).toEqual(question);
  });

  test('keeps away from what only begins like a word of the password exchange', () => {
    for (const chunk of [Buffer.concat([password, another]), password.subarray(0, 4), another]) {
      const first = asked();
      expect(first.placed(chunk)).toBe(chunk);
      expect(first.isUnheard).toBe(false);
    }
  });

  test('is due from when the driver would have asked it', () => {
    const first = asked();
    let due = 0;
    first.onDue = () => {
      due += 1;
    };
    first.placed(password);
    expect(due).toBe(0);
    first.placed(question);
    expect(due).toBe(1);
  });

  test('is left out also where the answer is there before the driver has written it, and is not due then', () => {
    const first = asked();
    first.onDue = () => expect.fail('it was answered');
    first.placed(password);
    first.answered();
    expect(first.isUnheard).toBe(false);
    expect(first.placed(question)).toHaveLength(0);
  });

  test('breaks the connection where the driver writes anything else instead', () => {
    const first = asked();
    first.placed(password);
    expect(first.placed(another)).toBeNull();
  });

  test('waits for its turn where no password is asked for, and nothing goes ahead once that was answered', () => {
    const first = asked();
    expect(first.placed(question)).toEqual(question);
    first.answered();
    first.ask('select 2');
    expect(first.placed(password)).toEqual(password);
  });
});

test('one that may not go ahead changes nothing', () => {
  const first = new FirstQuestion(false);
  first.ask('select 1');
  for (const chunk of [password, question]) expect(first.placed(chunk)).toBe(chunk);
  expect(first.isUnheard).toBe(false);
});
