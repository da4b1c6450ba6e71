import { type CatalogObject, nameOf } from '../../catalog/catalog.js';
import { attached, whole } from '../parts/print-attached.js';
import { enabledWords } from '../tables/print-table-parts.js';
import { called, definitions } from './print-types.js';
import { isTrue, listOf, literalOf, textOf } from '../parts/reading.js';
import {
  altering,
  type Group,
  groupsOf,
  making,
  type Printing,
  type Statement,
} from '../parts/statements.js';
import { clause, literal, splitCall } from '../parts/text.js';

/** Functions, procedures, aggregates, languages, event triggers. */
export function routineGroups(printing: Printing): readonly Group[] {
  return [
    ...groupsOf('function', ['schema', 30], routine, printing),
    ...groupsOf('procedure', ['schema', 31], routine, printing),
    ...groupsOf('aggregate', ['schema', 32], aggregate, printing),
    ...groupsOf('language', ['database', 20], language, printing),
    ...groupsOf('event trigger', ['end', 90], eventTrigger, printing),
  ];
}

function routine(object: CatalogObject, printing: Printing): readonly Statement[] {
  const { identity, kind } = object;
  const definition = (textOf(object, 'definition') ?? '').replace(/\n$/, '');
  const made = making(`${definition.replace('CREATE OR REPLACE', 'CREATE')};`, object, printing);
  const subject = { object, word: kind.toUpperCase(), name: identity };
  return [
    isMadeWithType(object) ? { ...made, text: '' } : withShells(made, object, printing),
    ...attached(subject, printing),
  ];
}

/** The functions that come with a range type are in the catalog once they have privileges of their own. */
function isMadeWithType(object: CatalogObject): boolean {
  return /^ LANGUAGE internal$[^]*\$function\$(?:multi)?range_constructor\d\$function\$$/m.test(
    textOf(object, 'definition')?.trimEnd() ?? '',
  );
}

/** A function that its own type calls has to be created with only the shell of the type. */
function withShells(
  made: Statement,
  object: CatalogObject,
  { dependenciesOf }: Printing,
): Statement {
  const needs = made.needs.map((name) =>
    dependenciesOf(name).some(({ on }) => on === nameOf(object)) && name.startsWith('type ')
      ? `shell ${name}`
      : name,
  );
  return { ...made, needs };
}

function aggregate(object: CatalogObject, printing: Printing): readonly Statement[] {
  const { identity } = object;
  const [name, types] = splitCall(identity);
  const args = textOf(object, 'arguments') ?? '';
  const text = `CREATE AGGREGATE ${name}(${args === '' ? '*' : args}) ${definitions(aggregateParts(object))};`;
  const subject = { object, word: 'AGGREGATE', name: `${name}(${types === '' ? '*' : types})` };
  return [
    making(text, object, printing),
    ...attached({ ...subject, granted: ['FUNCTION', identity] }, printing),
  ];
}

function aggregateParts(object: CatalogObject): readonly (readonly [string, string | null])[] {
  const sort = called(object, 'sort operator');
  const flag = (fact: string): string | null => (isTrue(object, fact) ? 'true' : null);
  const modifies = (fact: string): string | null =>
    ({ r: 'READ_ONLY', s: 'SHAREABLE', w: 'READ_WRITE' })[textOf(object, fact) ?? ''] ?? null;
  return [
    ['SFUNC', called(object, 'transition')],
    ['STYPE', textOf(object, 'state')],
    ['SSPACE', textOf(object, 'state size')],
    ['FINALFUNC', called(object, 'final')],
    ['FINALFUNC_EXTRA', flag('extra arguments of final')],
    ['FINALFUNC_MODIFY', modifies('final modifies')],
    ['COMBINEFUNC', called(object, 'combine')],
    ['SERIALFUNC', called(object, 'serialize')],
    ['DESERIALFUNC', called(object, 'deserialize')],
    ['INITCOND', literalOf(object, 'initial state')],
    ['MSFUNC', called(object, 'moving transition')],
    ['MINVFUNC', called(object, 'moving inverse')],
    ['MSTYPE', textOf(object, 'moving state')],
    ['MSSPACE', textOf(object, 'moving state size')],
    ['MFINALFUNC', called(object, 'moving final')],
    ['MFINALFUNC_EXTRA', flag('extra arguments of moving final')],
    ['MFINALFUNC_MODIFY', modifies('moving final modifies')],
    ['MINITCOND', literalOf(object, 'moving initial state')],
    ['SORTOP', sort === null ? null : `OPERATOR(${sort})`],
    ['PARALLEL', textOf(object, 'parallel')?.toUpperCase() ?? null],
    ['HYPOTHETICAL', textOf(object, 'variety') === 'hypothetical-set aggregate' ? 'true' : null],
  ];
}

function language(object: CatalogObject, printing: Printing): readonly Statement[] {
  const { identity } = object;
  const words = [
    `CREATE ${isTrue(object, 'trusted') ? 'TRUSTED ' : ''}PROCEDURAL LANGUAGE ${identity}`,
    ...clause('HANDLER', called(object, 'handler')),
    ...clause('INLINE', called(object, 'inline')),
    ...clause('VALIDATOR', called(object, 'validator')),
  ];
  return whole(`${words.join(' ')};`, object, 'LANGUAGE', printing);
}

/** Last of all, so that it does not fire for the rest of the output. */
function eventTrigger(object: CatalogObject, printing: Printing): readonly Statement[] {
  const { identity } = object;
  const tags = listOf(object, 'tags').map(literal);
  const when = tags.length === 0 ? '' : ` WHEN TAG IN (${tags.join(', ')})`;
  const text = `CREATE EVENT TRIGGER ${identity} ON ${textOf(object, 'event')}${when} EXECUTE FUNCTION ${called(object, 'function')}();`;
  const word = enabledWords[textOf(object, 'enabled') ?? ''];
  return [
    making(text, object, printing),
    ...(word === undefined ? [] : [altering(`ALTER EVENT TRIGGER ${identity} ${word};`, object)]),
    ...attached({ object, word: 'EVENT TRIGGER', name: identity }, printing),
  ];
}
