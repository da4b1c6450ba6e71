import { expect, test } from 'vitest';
import { drawTerminal } from '../../scripts/docs/terminal/draw.mjs';
import { rowsOf } from '../../scripts/docs/terminal/screen.mjs';
import { columns, tellStory, title } from '../../scripts/docs/terminal/story.mjs';
import { page } from './pages.js';

const onLinux = test.runIf(process.platform === 'linux');

onLinux('docs/terminal.svg shows what pgm prints (npm run docs:terminal)', async () => {
  const rows = rowsOf(await tellStory());
  expect(lasting(drawTerminal(rows, { columns, title }))).toEqual(
    lasting(page('docs/terminal.svg')),
  );
});

/** What the picture says, without what differs from one run to the next: times, and a port that is in use. */
function lasting(svg: string): readonly string[] {
  const text = /<desc id="text">([\s\S]*)<\/desc>/.exec(svg)?.[1] ?? '';
  expect(text).toContain('All migrations applied');
  return text
    .split('\n')
    .filter((line) => !/^● port \d+ is in use;/.test(line))
    .map((line) =>
      line.replace(/\d+(?:\.\d+)? m?s\b/g, 'a moment').replace(/127\.0\.0\.1:\d+/, 'here'),
    );
}
