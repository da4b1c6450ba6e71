import type { Kind } from './skeletons.js';

/** What a file is going to do, judged by its name; `other` if the name does not tell. */
export function kindOf(name: string): Kind {
  const words = name
    .replace(/(\p{Ll})(?=\p{Lu})/gu, '$1 ')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  const [first = ''] = words;
  const begun = verbs[first];
  if (begun !== undefined) return begun;
  const has = (...some: readonly string[]): boolean => words.some((word) => some.includes(word));
  const made = nouns.find(([, ...some]) => has(...some))?.[0];
  if (!['drop', 'remove', 'delete'].includes(first)) return made ?? fallbacks(words);
  if (made === undefined) return first === 'drop' ? 'drop table' : 'other';
  return drops[made] ?? 'other';
}

const verbs: Readonly<Record<string, Kind>> = {
  rename: 'rename',
  seed: 'insert',
  insert: 'insert',
  backfill: 'fill',
  fill: 'fill',
};

/** The first kind whose word is in the name: an index of a table is an index. */
const nouns: readonly (readonly [Kind, ...string[]])[] = [
  ['unique index', 'unique'],
  ['index', 'index', 'indexes', 'indices', 'idx'],
  ['policy', 'policy', 'policies', 'rls'],
  ['trigger', 'trigger', 'triggers'],
  ['foreign key', 'fk', 'fkey', 'foreign'],
  ['constraint', 'constraint', 'constraints', 'check', 'checks'],
  ['column', 'column', 'columns', 'col'],
  ['type', 'type', 'types', 'enum', 'enums'],
  ['materialized view', 'materialized', 'matview'],
  ['view', 'view', 'views'],
  ['function', 'function', 'functions', 'func'],
  ['procedure', 'procedure', 'procedures'],
  ['sequence', 'sequence', 'sequences'],
  ['grant', 'grant', 'grants'],
  ['table', 'table', 'tables'],
  ['schema', 'schema'],
];

const drops: Partial<Record<Kind, Kind>> = {
  'unique index': 'drop index',
  index: 'drop index',
  policy: 'drop policy',
  trigger: 'drop trigger',
  'foreign key': 'drop constraint',
  constraint: 'drop constraint',
  column: 'drop column',
  type: 'drop type',
  view: 'drop view',
  function: 'drop function',
  table: 'drop table',
};

function fallbacks(words: readonly string[]): Kind {
  if (words[0] === 'update') return 'fill';
  return words.includes('seed') || words.includes('data') ? 'insert' : 'other';
}
