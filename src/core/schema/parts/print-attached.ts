import type { CatalogObject } from '../../catalog/catalog.js';
import { maskedIn } from './print-options.js';
import { grants } from './print-privileges.js';
import { listOf, textOf } from './reading.js';
import { altering, making, type Printing, type Statement, type Subject } from './statements.js';
import { commentLine, literal, type Quote } from './text.js';

/** The statement that creates an object, and what is attached to it. `word`: see `Subject`. */
export function whole(
  text: string,
  object: CatalogObject,
  word: string,
  printing: Printing,
): readonly Statement[] {
  const subject = { object, word, name: object.identity };
  return [making(text, object, printing), ...attached(subject, printing)];
}

/** What can be attached to an object of any kind: its owner, privileges, comment, labels. */
export function attached(subject: Subject, printing: Printing): readonly Statement[] {
  const texts = [
    ...owner(subject, printing),
    ...grants(subject, printing),
    ...comment(subject),
    ...labels(subject, printing.quote),
    ...extensions(subject, printing.quote),
  ];
  return texts.map((text) => altering(text, subject.object));
}

function owner(
  { object, word, name, hasNoOwn = false }: Subject,
  { database, role }: Printing,
): readonly string[] {
  const { owner: of } = object.facts;
  if (typeof of !== 'string' || of === database.owner || hasNoOwn) return [];
  return [`ALTER ${word} ${name} OWNER TO ${role(of)};`];
}

export function comment({ object, word, name }: Subject): readonly string[] {
  const text = textOf(object, 'comment');
  return text === null ? [] : [`COMMENT ON ${word} ${name} IS ${literal(text)};`];
}

function labels({ object, word, name }: Subject, quote: Quote): readonly string[] {
  return listOf(object, 'security labels').map((line) => {
    const at = line.indexOf(': ');
    const [provider, label] = [line.slice(0, at), line.slice(at + 2)];
    return `SECURITY LABEL FOR ${quote(provider)} ON ${word} ${name} IS ${literal(label)};`;
  });
}

function extensions({ object, word, name }: Subject, quote: Quote): readonly string[] {
  return listOf(object, 'depends on extensions').map(
    (extension) => `ALTER ${word} ${name} DEPENDS ON EXTENSION ${quote(extension)};`,
  );
}

/** A comment, in its place, about what the output cannot create. */
export function notLoadable(what: string, why: string): string {
  return commentLine(`not loadable: ${what}: ${why}`);
}

/** A note for each option of a foreign object whose value is not shown. */
export function hiddenOptions(
  options: readonly string[],
  what: string,
  object: CatalogObject,
): readonly Statement[] {
  return maskedIn(options).map((name) =>
    altering(
      notLoadable(`option ${name} of ${what}`, 'pgm does not show what may be a secret'),
      object,
    ),
  );
}
