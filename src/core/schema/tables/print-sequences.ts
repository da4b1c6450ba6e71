import type { CatalogObject } from '../../catalog/catalog.js';
import { attached } from '../parts/print-attached.js';
import { isTrue, textOf } from '../parts/reading.js';
import { altering, making, type Printing, type Statement } from '../parts/statements.js';

/** The options that differ from the defaults for a sequence of its type. */
export function sequenceOptions(sequence: CatalogObject): readonly string[] {
  const fact = (name: string): string => textOf(sequence, name) ?? '';
  const isDown = fact('increment').startsWith('-');
  const [least, most] = limits[fact('type')] ?? ['', ''];
  const [minimum, maximum] = isDown ? [least, '-1'] : ['1', most];
  const options = [
    ['START WITH', fact('start'), isDown ? fact('maximum') : fact('minimum')],
    ['INCREMENT BY', fact('increment'), '1'],
    ['MINVALUE', fact('minimum'), minimum],
    ['MAXVALUE', fact('maximum'), maximum],
    ['CACHE', fact('cache'), '1'],
  ] as const;
  return [
    ...options
      .filter(([, value, usual]) => value !== usual)
      .map(([word, value]) => `${word} ${value}`),
    ...(isTrue(sequence, 'cycle') ? ['CYCLE'] : []),
  ];
}

const limits: Readonly<Record<string, readonly [least: string, most: string]>> = {
  smallint: ['-32768', '32767'],
  integer: ['-2147483648', '2147483647'],
  bigint: ['-9223372036854775808', '9223372036854775807'],
};

/** Null for the sequence of an identity column, which is created with the column. */
export function createSequence(sequence: CatalogObject, printing: Printing): Statement | null {
  if (isOfIdentity(sequence, printing)) return null;
  const { identity } = sequence;
  const type = textOf(sequence, 'type');
  const unlogged = textOf(sequence, 'persistence') === 'unlogged' ? 'UNLOGGED ' : '';
  const as = type === 'bigint' ? [] : [`AS ${type}`];
  const words = [`CREATE ${unlogged}SEQUENCE ${identity}`, ...as, ...sequenceOptions(sequence)];
  return making(`${words.join(' ')};`, sequence, printing);
}

function isOfIdentity(sequence: CatalogObject, { find }: Printing): boolean {
  const column = find('table column', textOf(sequence, 'owned by') ?? '');
  return column?.facts['identity'] !== undefined;
}

/** The table whose column the sequence belongs to. */
export function tableOf(column: string, { find }: Printing): string | null {
  const found = find('table column', column) ?? find('foreign table column', column);
  return found?.table ?? null;
}

/** The statements about a sequence once it and the column that owns it exist. */
export function sequenceStatements(
  sequence: CatalogObject,
  printing: Printing,
): readonly Statement[] {
  const { identity } = sequence;
  const ownedBy = textOf(sequence, 'owned by');
  const isOwn = ownedBy === null;
  const belongs =
    isOwn || isOfIdentity(sequence, printing)
      ? []
      : [
          altering(`ALTER SEQUENCE ${identity} OWNED BY ${ownedBy};`, sequence, [
            `table column ${ownedBy}`,
          ]),
        ];
  const subject = { object: sequence, word: 'SEQUENCE', name: identity, hasNoOwn: !isOwn };
  return [...belongs, ...identitySequence(sequence, printing), ...attached(subject, printing)];
}

/** What the clause of an identity column cannot express. */
function identitySequence(sequence: CatalogObject, printing: Printing): readonly Statement[] {
  if (!isOfIdentity(sequence, printing)) return [];
  const column = printing.find('table column', textOf(sequence, 'owned by') ?? '');
  const type = textOf(sequence, 'type');
  const table = printing.find('table', column?.table ?? '');
  const persistence = textOf(sequence, 'persistence') ?? 'logged';
  const usual = (table === undefined ? null : textOf(table, 'persistence')) ?? 'logged';
  return [
    ...(type === (column === undefined ? null : textOf(column, 'type')) ? [] : [`AS ${type}`]),
    ...(persistence === usual || printing.database.major < 15
      ? []
      : [`SET ${persistence.toUpperCase()}`]),
  ].map((change) => altering(`ALTER SEQUENCE ${sequence.identity} ${change};`, sequence));
}
