import { attached, whole } from '../parts/print-attached.js';
import { called, definitions } from './print-types.js';
import { isTrue, listOf, literalOf, textOf } from '../parts/reading.js';
import {
  altering,
  type Group,
  groupsOf,
  making,
  type Print,
  type Printing,
} from '../parts/statements.js';
import { literal } from '../parts/text.js';

/** Collations, conversions and text search. */
export function textGroups(printing: Printing): readonly Group[] {
  const group = (kind: string, rank: number, print: Print): readonly Group[] =>
    groupsOf(kind, ['schema', rank], print, printing);
  return [
    ...group('collation', 10, collation),
    ...group('conversion', 36, conversion),
    ...group('text search parser', 40, textSearch(parserParts)),
    ...group('text search template', 41, textSearch(templateParts)),
    ...group('text search dictionary', 42, dictionary),
    ...group('text search configuration', 43, configuration),
  ];
}

const collation: Print = (object, printing) => {
  const [collate, ctype] = [literalOf(object, 'collate'), literalOf(object, 'ctype')];
  const locale = literalOf(object, 'locale') ?? (collate === ctype ? collate : null);
  const text = `CREATE COLLATION ${object.identity} ${definitions([
    ['PROVIDER', textOf(object, 'provider')],
    ['LOCALE', locale],
    ['LC_COLLATE', locale === null ? collate : null],
    ['LC_CTYPE', locale === null ? ctype : null],
    ['DETERMINISTIC', isTrue(object, 'not deterministic') ? 'false' : null],
    ['RULES', literalOf(object, 'rules')],
  ])};`;
  return whole(text, object, 'COLLATION', printing);
};

const conversion: Print = (object, printing) => {
  const [from, to] = [textOf(object, 'from') ?? '', textOf(object, 'to') ?? ''];
  const usual = isTrue(object, 'default') ? 'DEFAULT ' : '';
  const text = `CREATE ${usual}CONVERSION ${object.identity} FOR ${literal(from)} TO ${literal(to)} FROM ${called(object, 'function')};`;
  return whole(text, object, 'CONVERSION', printing);
};

type Parts = readonly (readonly [word: string, fact: string])[];

const parserParts: Parts = [
  ['START', 'start'],
  ['GETTOKEN', 'token'],
  ['END', 'end'],
  ['HEADLINE', 'headline'],
  ['LEXTYPES', 'types'],
];

const templateParts: Parts = [
  ['INIT', 'init'],
  ['LEXIZE', 'lexize'],
];

const textSearch =
  (words: Parts): Print =>
  (object, printing) => {
    const word = object.kind.toUpperCase();
    const list = words.map(([each, fact]) => [each, called(object, fact)] as const);
    return whole(`CREATE ${word} ${object.identity} ${definitions(list)};`, object, word, printing);
  };

const dictionary: Print = (object, printing) => {
  const options = textOf(object, 'options');
  const template = `    TEMPLATE = ${textOf(object, 'template')}`;
  const list = options === null ? template : `${template},\n    ${options}`;
  const text = `CREATE TEXT SEARCH DICTIONARY ${object.identity} (\n${list}\n);`;
  return whole(text, object, 'TEXT SEARCH DICTIONARY', printing);
};

const configuration: Print = (object, printing) => {
  const { identity } = object;
  const word = 'TEXT SEARCH CONFIGURATION';
  const text = `CREATE ${word} ${identity} (PARSER = ${textOf(object, 'parser')});`;
  const mappings = listOf(object, 'mappings').map((line) => {
    const at = line.indexOf(': ');
    return `ALTER ${word} ${identity} ADD MAPPING FOR ${line.slice(0, at)} WITH ${line.slice(at + 2)};`;
  });
  return [
    making(text, object, printing),
    ...mappings.map((each) => altering(each, object)),
    ...attached({ object, word, name: identity }, printing),
  ];
};
