/** Texts and names that are hard on YAML, and the same ones each time for the same seed. */
export class Nasty {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 to `below` - 1; the generator is mulberry32. */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  }

  pick(choices: readonly string[]): string {
    return choices[this.below(choices.length)] ?? '';
  }

  text(): string {
    return Array.from({ length: this.below(14) }, () => this.pick(pieces)).join('');
  }

  /** A path of a migration that can be a key. */
  path(): string {
    return `${this.pick(schemas)}/${this.below(400)}${this.pick(middles)}${this.pick(ends)}.sql`;
  }
}

const pieces = [
  ...[
    'select 1;',
    "'",
    '"',
    '\\',
    '\\n',
    ': ',
    '- ',
    '#',
    ' #x',
    '|',
    '>',
    '%',
    '@',
    '`',
    '{',
    '&a',
    '*a',
  ],
  ...[
    '\n',
    '\n\n',
    '\r\n',
    '\r',
    ' ',
    '  ',
    '\t',
    ' \n',
    '\t\n',
    '\n ',
    '\n\t',
    '---\n',
    '\n...\n',
    '---',
  ],
  ...[
    '\u0085',
    '\u2028',
    '\u2029',
    '\ufeff',
    '\u00a0',
    '\u00ad',
    '\u200d',
    '\u202e',
    '\u007f',
    '\u0080',
  ],
  ...[
    '\u0001',
    '\u001b',
    '\uffff',
    '\ufffe',
    'é',
    'e\u0301',
    '漢字',
    '😀',
    '\u{10ffff}',
    '\u{e0001}',
  ],
  ...['null', '~', 'true', '1e3', '0x1f', '=', '!!binary', '<<', '?', 'x: y'],
];
const schemas = ['gcp', 'aws', 'my_app', '_', 'public', 'a_b', 'A', 'null', 'true'];
const middles = ['_', '_create_', '-', '.', '_x.y_', '__', 'b_', ''];
const ends = ['a', 'B', 'x-y', '', 'null', 'sql', 'last_'];
