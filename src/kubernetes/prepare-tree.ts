import { readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { planTree, sentinelText, type TreePlan } from '../core/configmap/configmap-tree.js';
import { errnoOf } from '../core/errors.js';
import { onDisk } from './disk-problem.js';
import { type Made, madeListName, madeText, readMade } from './made-list.js';
import { scanTarget } from './scan-target.js';
import { ensureDirectory, sweepDrafts, writeWhole } from './write-file.js';

export interface PrepareTree {
  /** The content of each file, by its path in the target. */
  readonly wanted: ReadonlyMap<string, Uint8Array>;
  readonly target: string;
  readonly sentinel: string;
}

export interface Prepared {
  readonly written: readonly string[];
  readonly removed: readonly string[];
  /** Files that pgm did not write: they stay. */
  readonly strangers: readonly string[];
}

/**
 * Gives the target the wanted files and writes their number to the sentinel. Writes nothing if nothing has changed.
 * Otherwise it removes the sentinel first and writes it last, so that there is none while the tree is incomplete.
 * Removes only files that an earlier run wrote. Throws `ConfigurationError`.
 */
export function prepareTree({ wanted, ...places }: PrepareTree): Prepared {
  const target = resolve(places.target);
  const sentinel = resolve(places.sentinel);
  const directories = new Set([...wanted.keys()].filter((path) => path.includes('/')).map(dirname));
  const made = readMade(target);
  const plan = planTree(wanted, scanTarget(target, directories), made.files);
  const { write: written, remove: removed, strangers } = plan;
  const text = sentinelText(wanted.size);
  if (written.length > 0 || removed.length > 0) removeSentinel(sentinel);
  change(target, { wanted, directories, plan, made });
  if (!holds(sentinel, text)) {
    ensureDirectory(dirname(sentinel));
    writeWhole(sentinel, text);
  }
  return { written, removed, strangers };
}

/** For a target that does not match the source. Throws `ConfigurationError`. */
export function removeSentinel(sentinel: string): void {
  onDisk('remove', sentinel, () => {
    rmSync(sentinel, { force: true });
  });
}

interface Change {
  readonly wanted: ReadonlyMap<string, Uint8Array>;
  readonly directories: ReadonlySet<string>;
  readonly plan: TreePlan;
  readonly made: Made;
}

/** The list is written before and after the files, so that after a killed run all of its files are still known. */
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

/** Removes a directory unless there is something in it; returns true when it is gone. */
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
