import { closest } from '../../core/closest.js';
import { argumentOf, flagKey, longFlag, variablesOf, wordOf } from './option.js';
import { allOptions, optionsOf } from './options.js';
import { bareWords, isFlag, isServiceLink, type Scope, shown } from './scope.js';

/** Flags the command does not take, flags without their value, and words that belong to no flag. */
export function refuseUnknownFlags({ request, findings }: Scope): void {
  const known = optionsOf(request.command).flatMap(({ flag }) => (flag === null ? [] : [flag]));
  const unknown = (name: string): string => {
    const meant = closest(name, known.map(longFlag));
    const advice =
      meant === null ? `pgm ${request.command} --help lists them` : `did you mean ${meant}?`;
    return `${name} is no flag of pgm ${request.command}; ${advice}`;
  };
  for (const [key, value] of Object.entries(request.flags)) {
    if (value === undefined) continue;
    const flag = known.find((candidate) => flagKey(candidate) === key);
    if (flag === undefined) findings.problem(unknown(`--${dashed(key)}`));
    else if (value === true && argumentOf(flag) === 'required') {
      findings.problem(`${longFlag(flag)} needs a value: ${flag}`);
    }
  }
  const words = bareWords(request.rest);
  for (const word of request.rest) {
    if (isFlag(word)) findings.problem(unknown(word.replace(/=.*/s, '')));
  }
  const taken = optionsOf(request.command).filter(({ words }) => words?.includes(request.command));
  const takes = taken.length === 0 ? 'flags only' : `one ${taken.map(wordOf).join('')} and flags`;
  for (const word of words.slice(taken.length)) {
    findings.problem(`${shown(word)} belongs to no flag; pgm ${request.command} takes ${takes}`);
  }
}

/** A misspelt PGM_ variable would be without effect, and nobody would know. */
export function warnOfUnknownVariables({ request, findings }: Scope): void {
  const known = allOptions()
    .flatMap(variablesOf)
    .filter((name) => name.startsWith('PGM_'));
  for (const [name, value] of Object.entries(request.env)) {
    if (!name.startsWith('PGM_') || known.includes(name) || isOfService(name, value)) continue;
    const meant = closest(name, known);
    const advice = meant === null ? 'pgm --help names them all' : `did you mean ${meant}?`;
    findings.warn(`${name} is no variable of pgm and has no effect; ${advice}`);
  }
}

/** Kubernetes names a Service "pgm" to every pod of the namespace with variables of this kind. */
function isOfService(name: string, value: string | undefined): boolean {
  return /^PGM_(?:SERVICE_(?:HOST|PORT)|PORT_\d+_)/.test(name) || isServiceLink(value);
}

function dashed(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
