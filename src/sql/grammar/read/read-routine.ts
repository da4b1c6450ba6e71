import type { CreateFunctionStmt, DefElem, DoStmt } from 'libpg-query';
import type { CreateFunction } from '../../../core/grammar/objects.js';
import {
  type Around,
  elementsOf,
  isTrue,
  nameOf,
  stringOf,
  strings,
  typeName,
} from '../tree/raw.js';
import { settingValues } from './read-access.js';

/** The text of a body, as the grammar returns it: without its quotes. */
export interface Source {
  readonly language: string;
  readonly text: string;
}

export function readCreateFunction(raw: CreateFunctionStmt, around: Around): CreateFunction {
  const { funcname, is_procedure: isProcedure, returnType } = raw;
  const options = elementsOf(raw.options);
  const volatility = stringIn(options, 'volatility');
  return {
    kind: 'create-function',
    function: nameOf(strings(funcname), around.at),
    isProcedure: isProcedure === true,
    returns: returnType === undefined ? null : typeName(returnType, around),
    language: languageOf(options),
    volatility: volatility === 'stable' || volatility === 'immutable' ? volatility : 'volatile',
    securityDefiner: options.some(({ defname, arg }) => defname === 'security' && isTrue(arg)),
    settings: options.flatMap(({ arg }) =>
      arg !== undefined && 'VariableSetStmt' in arg
        ? [
            {
              name: arg.VariableSetStmt.name ?? '',
              values: settingValues(arg.VariableSetStmt.args),
            },
          ]
        : [],
    ),
  };
}

/** Null if there is no text between quotes. */
export function sourceOfFunction({ options: nodes }: CreateFunctionStmt): Source | null {
  const options = elementsOf(nodes);
  const as = options.find(({ defname }) => defname === 'as')?.arg;
  const [text, library] = as !== undefined && 'List' in as ? strings(as.List.items) : [];
  if (text === undefined || library !== undefined) return null;
  return { language: languageOf(options), text };
}

export function sourceOfDo({ args }: DoStmt): Source | null {
  const options = elementsOf(args);
  const text = stringIn(options, 'as');
  return text === null ? null : { language: stringIn(options, 'language') ?? 'plpgsql', text };
}

function stringIn(options: readonly DefElem[], name: string): string | null {
  return stringOf(options.find(({ defname }) => defname === name)?.arg);
}

function languageOf(options: readonly DefElem[]): string {
  return stringIn(options, 'language')?.toLowerCase() ?? 'sql';
}
