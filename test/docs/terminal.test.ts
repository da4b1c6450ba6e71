import { describe, expect, test } from 'vitest';
import { drawTerminal } from '../../scripts/docs/terminal/draw.mjs';
import { rowsOf, textOf } from '../../scripts/docs/terminal/screen.mjs';

const shown = (output: string): readonly string[] => rowsOf(output).map(textOf);

describe('the screen', () => {
  test.each([
    ['lines', 'a\r\nb\r\n', ['a', 'b']],
    ['a line without an end', 'a\r\nb', ['a', 'b']],
    ['an empty line', 'a\r\n\r\nb', ['a', '', 'b']],
    ['a spinner that is written over', '\x1b[1G- wait\x1b[1G\x1b[0K\x1b[1Gdone\r\n', ['done']],
    ['a cursor that is hidden', '\x1b[?25la\x1b[?25h', ['a']],
    ['an emoji, which has two columns', '✅ ok', ['✅ ok']],
  ])('shows %s', (_what, output, rows) => {
    expect(shown(output)).toEqual(rows);
  });

  test('keeps the style of each text', () => {
    const [row] = rowsOf('\x1b[31m\x1b[1ma\x1b[22mb\x1b[39mc');
    expect(row?.map(({ style }) => style)).toEqual([
      { color: 'red', bold: true, dim: false },
      { color: 'red', bold: false, dim: false },
      { color: null, bold: false, dim: false },
    ]);
  });

  test.each(['\x1b[2J', '\x1b[K', '\x1b[3G', '\x1b[45m', '\r', '\x07'])(
    'refuses %j, which it does not know',
    (sequence) => {
      expect(() => shown(sequence)).toThrow('unknown');
    },
  );
});

describe('the picture', () => {
  const picture = drawTerminal(rowsOf('\x1b[32m✔\x1b[39m a  <b>\r\n\r\n✅ c & d'), {
    columns: 20,
    title: 'Two < three',
  });

  test('puts each run of one style at its column, with its width', () => {
    const runs = [...picture.matchAll(/<tspan x="([\d.]+)" textLength="([\d.]+)"[^>]*>([^<]*)</g)];
    expect(runs.map(([, x, length, text]) => [x, length, text])).toEqual([
      ['16', '8.4', '✔'],
      ['32.8', '8.4', 'a'],
      ['58', '25.2', '&lt;b&gt;'],
      ['16', '16.8', '✅'],
      ['41.2', '42', 'c &amp; d'],
    ]);
    expect(picture).toMatch(/fill="#56d364">✔</);
  });

  test('says in words what it shows', () => {
    expect(picture).toContain('<title id="title">Two &lt; three</title>');
    expect(picture).toContain('<desc id="text">✔ a  &lt;b&gt;\n\n✅ c &amp; d</desc>');
  });

  test('has room for every row', () => {
    expect(picture).toContain('viewBox="0 0 200 110"');
  });
});
