import { closest } from '../../core/closest.js';
import { argumentOf, flagKey, longFlag, variablesOf } from './option.js';
import { allOptions, optionsOf } from './options.js';
import { isServiceLink, type Scope, shown } from './scope.js';

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
  for (const [at, word] of request.rest.entries()) {
    if (word.startsWith('-')) findings.problem(unknown(word.replace(/=.*/s, '')));
    // What follows a flag we do not know is most likely its value.
    else if (request.rest[at - 1]?.startsWith('-') !== true) {
      findings.problem(
        `${shown(word)} belongs to no flag; pgm ${request.command} takes flags only`,
      );
    }
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
