import type { CatalogObject } from '../../catalog/catalog.js';
import { attached, hiddenOptions, notLoadable } from '../parts/print-attached.js';
import { foreignOptions } from '../parts/print-options.js';
import { called } from './print-types.js';
import { listOf, literalOf, textOf } from '../parts/reading.js';
import {
  altering,
  type Group,
  groupsOf,
  making,
  type Printing,
  type Statement,
} from '../parts/statements.js';
import { clause } from '../parts/text.js';

/** Foreign-data wrappers, servers and user mappings. */
export function foreignGroups(printing: Printing): readonly Group[] {
  return [
    ...groupsOf('foreign-data wrapper', ['database', 30], wrapper, printing),
    ...groupsOf('server', ['database', 31], server, printing),
    ...groupsOf('user mapping', ['database', 32], userMapping, printing),
  ];
}

function wrapper(object: CatalogObject, printing: Printing): readonly Statement[] {
  const { identity } = object;
  const options = listOf(object, 'options');
  const words = [
    `CREATE FOREIGN DATA WRAPPER ${identity}`,
    ...clause('HANDLER', called(object, 'handler')),
    ...clause('VALIDATOR', called(object, 'validator')),
  ];
  const text = `${words.join(' ')}${foreignOptions(options, printing.quote)};`;
  const subject = { object, word: 'FOREIGN DATA WRAPPER', name: identity };
  return [
    making(text, object, printing),
    ...hiddenOptions(options, `foreign-data wrapper ${identity}`, object),
    ...attached(subject, printing),
  ];
}

function server(object: CatalogObject, printing: Printing): readonly Statement[] {
  const { identity } = object;
  const options = listOf(object, 'options');
  const words = [
    `CREATE SERVER ${identity}`,
    ...clause('TYPE', literalOf(object, 'type')),
    ...clause('VERSION', literalOf(object, 'version')),
    `FOREIGN DATA WRAPPER ${printing.quote(textOf(object, 'wrapper') ?? '')}`,
  ];
  const text = `${words.join(' ')}${foreignOptions(options, printing.quote)};`;
  const subject = {
    object,
    word: 'SERVER',
    name: identity,
    granted: ['FOREIGN SERVER', identity] as const,
  };
  return [
    making(text, object, printing),
    ...hiddenOptions(options, `server ${identity}`, object),
    ...attached(subject, printing),
  ];
}

function userMapping(object: CatalogObject, printing: Printing): readonly Statement[] {
  const options = listOf(object, 'options');
  const name = object.identity.replace(/ on server /, ' SERVER ');
  const [user = '', of = ''] = name.split(' SERVER ');
  const text = `CREATE USER MAPPING FOR ${user === 'public' ? 'PUBLIC' : user} SERVER ${of}${foreignOptions(options, printing.quote)};`;
  const isHidden = options.length === 0 && !printing.database.isSuperuser;
  const hidden = notLoadable(
    `the options of user mapping ${object.identity}`,
    'this role may not see them',
  );
  return [
    making(text, object, printing),
    ...(isHidden ? [altering(hidden, object)] : []),
    ...hiddenOptions(options, `user mapping ${object.identity}`, object),
  ];
}
