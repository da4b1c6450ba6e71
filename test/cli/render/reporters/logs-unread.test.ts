import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { duration } from '../../../../src/core/text/words.js';
import { lineWriter } from '../../../../src/cli/render/reporters/open-reporter.js';
import type { LineStream } from '../../../../src/cli/render/reporters/reporter.js';

/** A pipe whose reader is asleep until a test wakes it. */
class SleepingPipe extends EventEmitter implements LineStream {
  writableLength = 0;
  written: string[] = [];

  write(text: string): boolean {
    this.written.push(text);
    this.writableLength += text.length;
    return false;
  }

  wake(): void {
    this.writableLength = 0;
    this.emit('drain');
  }
}

const line = `${'x'.repeat(1023)}\n`;

test('a pipe that nobody reads holds a mebibyte, whatever is written', () => {
  const pipe = new SleepingPipe();
  const write = lineWriter(pipe, (count) => `${count} lost\n`);
  for (let at = 0; at < 100_000; at += 1) write(line);
  expect(pipe.writableLength).toBe(1 << 20);
});

test('what is missing is told in its place as soon as somebody reads, and then it goes on', () => {
  const pipe = new SleepingPipe();
  const write = lineWriter(pipe, (count) => `${count} lost\n`);
  for (let at = 0; at < 1_034; at += 1) write(line);
  pipe.wake();
  write('next\n');
  expect(pipe.written.slice(1_024)).toEqual(['10 lost\n', 'next\n']);
  expect(pipe.listenerCount('drain')).toBe(0);
});

test.each([
  [4, '4 ms'],
  [1_240, '1.2 s'],
  [119_600, '2 min 0 s'],
  [192_000, '3 min 12 s'],
  [3_600_750, '1 h 0 min'],
  [93_600_000, '26 h 0 min'],
])('%d ms is read as %s', (ms, words) => {
  expect(duration(ms)).toBe(words);
});
