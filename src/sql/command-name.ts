/** The name of a statement in messages, from its keywords: `CREATE TABLE`, `COMMIT PREPARED`, `INSERT`. */
export function commandName(words: readonly string[]): string {
  const [first = ''] = words;
  if (!/^[A-Z]/.test(first)) return first === '(' ? 'SELECT' : 'the statement';
  switch (first) {
    case 'CREATE':
    case 'ALTER':
    case 'DROP':
      return [first, ...objectName(words.slice(1))].join(' ');
    case 'START':
    case 'DISCARD':
    case 'REASSIGN':
      return words.slice(0, 2).join(' ');
    case 'REFRESH':
      return 'REFRESH MATERIALIZED VIEW';
    default:
      return first;
  }
}

const modifiers: ReadonlySet<string> = new Set([
  'OR',
  'REPLACE',
  'TEMP',
  'TEMPORARY',
  'LOCAL',
  'GLOBAL',
  'UNLOGGED',
  'UNIQUE',
  'RECURSIVE',
  'TRUSTED',
  'PROCEDURAL',
  'CONSTRAINT',
]);

/** First words of objects whose name takes two or more. */
const longNames: Readonly<Record<string, RegExp>> = {
  ACCESS: /^METHOD$/,
  DEFAULT: /^(?:PRIVILEGES|CONVERSION)$/,
  EVENT: /^TRIGGER$/,
  FOREIGN: /^(?:TABLE|DATA|WRAPPER)$/,
  LARGE: /^OBJECT$/,
  MATERIALIZED: /^VIEW$/,
  OPERATOR: /^(?:CLASS|FAMILY)$/,
  TEXT: /^(?:SEARCH|CONFIGURATION|DICTIONARY|PARSER|TEMPLATE)$/,
  USER: /^MAPPING$/,
};

function objectName(words: readonly string[]): readonly string[] {
  const [first = '', ...more] = words.filter((word) => !modifiers.has(word));
  if (!/^[A-Z]/.test(first)) return [];
  const rest = longNames[first];
  const length = rest === undefined ? 0 : more.findIndex((word) => !rest.test(word));
  return [first, ...more.slice(0, length === -1 ? more.length : length)];
}
