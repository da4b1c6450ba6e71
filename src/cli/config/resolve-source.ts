import type { SourceConfig, SourceOrigin } from './config.js';
import { usualDirectories } from './options-source.js';
import type { Given, Scope } from './scope.js';

/** Chooses the directory. One that was named is never fallen back from, even when it is not there. */
export async function resolveSource(scope: Scope): Promise<SourceConfig> {
  return {
    ...(named(scope) ?? (await usual(scope))),
    schemas: readSchemas(scope),
    allowEmpty: scope.read('allowEmpty'),
  };
}

type Choice = Pick<SourceConfig, 'directory' | 'origin' | 'reason'>;

const origins: Readonly<Record<string, SourceOrigin>> = {
  '--dir': 'flag --dir',
  '[dir]': 'flag --dir',
  PGM_DIR: 'PGM_DIR',
  MIGRATIONS_DIR: 'MIGRATIONS_DIR',
  CONFIGMAP_PATH: 'CONFIGMAP_PATH',
};

function named(scope: Scope): Choice | null {
  const directory = scope.given('dir');
  const mount = scope.given('configmapPath');
  const chosen = directory ?? mount;
  if (chosen === null) return null;
  return {
    directory: chosen.text,
    origin: origins[chosen.origin] ?? 'default',
    reason: `${chosen.origin} names it${passedOver(chosen, mount)}`,
  };
}

function passedOver(chosen: Given, mount: Given | null): string {
  if (mount === null || mount.text === chosen.text) return '';
  return `; ${mount.origin} (${mount.text}) is not used`;
}

async function usual({ request }: Scope): Promise<Choice> {
  for (const directory of usualDirectories) {
    if (await request.exists(directory)) {
      return { directory, origin: 'default', reason: reasonFor(directory) };
    }
  }
  const [directory] = usualDirectories;
  const reason = `nothing names a directory, and none of ${usualDirectories.join(', ')} exists`;
  return { directory, origin: 'default', reason };
}

function reasonFor(directory: string): string {
  return `nothing names a directory, and ${directory} is the first that exists of ${usualDirectories.join(', ')}`;
}

function readSchemas(scope: Scope): readonly string[] | null {
  const schemas = scope.read('schemas');
  const history = scope.read('historySchema');
  if (schemas?.includes(history) === true) {
    const origin = scope.given('schemas')?.origin ?? '--schemas';
    scope.findings.problem(
      `${origin} names "${history}", which holds the history of pgm itself: leave it out, or set --history-schema`,
    );
  }
  return schemas;
}
