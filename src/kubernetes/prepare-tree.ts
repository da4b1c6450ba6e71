import { readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { planTree, type TreePlan } from '../core/configmap-tree.js';
import { sentinelText } from '../core/sentinel.js';
import { errnoOf, onDisk } from './disk-problem.js';
import { type Made, madeListName, madeText, readMade } from './made-list.js';
import { scanTarget } from './scan-target.js';
import { ensureDirectory, sweepDrafts, writeWhole } from './write-file.js';

export interface PrepareTree {
  /** What each file shall hold, by its path below the target. */
  readonly wanted: ReadonlyMap<string, Uint8Array>;
  readonly target: string;
  readonly sentinel: string;
}

export interface Prepared {
  readonly written: readonly string[];
  readonly removed: readonly string[];
  /** Files that were there before and are not ours: they stay. */
  readonly strangers: readonly string[];
}

/**
 * Makes the target hold the wanted files, then the sentinel say how many. Where all is as wanted nothing is written. Else
 * the sentinel goes first and comes last, so that it never stands beside a tree that is half done. Removes only what an
 * earlier run wrote. Throws `ConfigurationError`.
 */
export function prepareTree({ wanted, ...places }: PrepareTree): Prepared {
  const target = resolve(places.target);
  const sentinel = resolve(places.sentinel);
  const directories = new Set([...wanted.keys()].filter((path) => path.includes('/')).map(dirname));
  const made = readMade(target);
  const plan = planTree(wanted, scanTarget(target, directories), made.files);
  const { write: written, remove: removed, strangers } = plan;
  const text = sentinelText(wanted.size);
  if (written.length > 0 || removed.length > 0) {
    onDisk('remove', sentinel, () => {
      rmSync(sentinel, { force: true });
    });
  }
  change(target, { wanted, directories, plan, made });
  if (!holds(sentinel, text)) {
    ensureDirectory(dirname(sentinel));
    writeWhole(sentinel, text);
  }
  return { written, removed, strangers };
}

interface Change {
  readonly wanted: ReadonlyMap<string, Uint8Array>;
  readonly directories: ReadonlySet<string>;
  readonly plan: TreePlan;
  readonly made: Made;
}

/** The list of what is ours is written before the files and after: a run that is killed in between leaves no stranger. */
function change(target: string, { wanted, directories, plan, made }: Change): void {
  ensureDirectory(target);
  const fresh = [...directories].filter((name) => ensureDirectory(join(target, name)));
  for (const name of ['.', ...directories]) sweepDrafts(join(target, name));
  const mine = [...made.directories, ...fresh];
  if (plan.write.length > 0) keepList(target, madeText([...made.files, ...plan.write], mine));
  for (const path of plan.write) writeWhole(join(target, path), wanted.get(path) ?? '');
  for (const path of plan.remove) {
    onDisk('remove', join(target, path), () => {
      rmSync(join(target, path), { force: true });
    });
  }
  const left = mine.filter((name) => directories.has(name) || !removeEmpty(join(target, name)));
  keepList(target, madeText(plan.made, left));
}

function keepList(target: string, text: string): void {
  const file = join(target, madeListName);
  if (!holds(file, text)) writeWhole(file, text);
}

/** Gives whether it is gone; a directory in which somebody keeps something stays. */
function removeEmpty(directory: string): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch (error) {
    return errnoOf(error) === 'ENOENT';
  }
}

function holds(file: string, text: string): boolean {
  try {
    return readFileSync(file, 'utf8') === text;
  } catch {
    return false;
  }
}
