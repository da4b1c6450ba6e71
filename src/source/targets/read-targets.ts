import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Document } from 'yaml';
import { ConfigurationError, errnoOrText } from '../../core/errors.js';
import { isOfLines, targetsOf, targetsOfLines } from '../../core/fleet/read-targets.js';
import { mayBeConnectionString, type Target, type TargetList } from '../../core/fleet/target.js';
import { readDirectory, type TargetFiles } from './read-directory.js';

/**
 * Reads a list of targets from a file (YAML, JSON or lines), or from a directory with one file per target. Throws
 * `ConfigurationError` if there is nothing to read.
 */
export async function readTargets(path: string): Promise<TargetFiles> {
  if (mayBeConnectionString(path)) {
    throw new ConfigurationError([
      '--targets is a connection string: give the path of a list, or one database to pgm migrate',
    ]);
  }
  try {
    if (statSync(path).isDirectory()) return readDirectory(path);
    // Editors on Windows begin a file with a byte order mark.
    const text = readFileSync(path, 'utf8').replace(/^\u{feff}/u, '');
    const { targets, problems } = await readText(text, path);
    const beside = targets.map((target) => besideList(target, path));
    return { list: { targets: beside, problems }, texts: new Map() };
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError([`--targets ${path} cannot be read: ${errnoOrText(error)}`]);
  }
}

/** A relative path is next to the list: then both may be keys of one Secret, wherever it is mounted. */
function besideList(target: Target, list: string): Target {
  const { url } = target;
  if (url.kind !== 'file' || isAbsolute(url.path)) return target;
  return { ...target, url: { kind: 'file', path: join(dirname(list), url.path) } };
}

async function readText(text: string, path: string): Promise<TargetList> {
  if (isOfLines(text)) return targetsOfLines(text, path);
  const json = parseJson(text);
  if (json !== undefined) return targetsOf(json, path, (at) => `${path}: target ${at + 1}`);
  return readYaml(text, path);
}

const twice = 'this key is already in this entry: keep one of the two';

/** JSON is YAML too, but that parser takes ten times as long. Of a key that an entry has twice, only that one knows. */
function parseJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value = JSON.parse(text) as unknown;
    return keysWritten(text) === keysOf(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function keysWritten(json: string): number {
  return (
    json.match(/"(?:[^"\\]|\\.)*"(?:\s*:)?/g)?.filter((text) => text.endsWith(':')).length ?? 0
  );
}

function keysOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((sum: number, each) => sum + keysOf(each), own);
}

async function readYaml(text: string, path: string): Promise<TargetList> {
  const { isNode, isSeq, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { ...reading, lineCounter: lines });
  const problems = document.errors.map(({ pos, code }) => {
    const { line, col } = lines.linePos(pos[0]);
    // The parser's own words may quote the line, and with it a password.
    const what = code === 'DUPLICATE_KEY' ? twice : `it is not YAML (${code})`;
    return `${path}:${line}:${col}: ${what}`;
  });
  if (problems.length > 0) return { targets: [], problems };
  const { contents } = document;
  const items: readonly unknown[] = isSeq(contents) ? contents.items : [];
  const placeOf = (at: number): string => {
    const item = items[at];
    const start = isNode(item) ? item.range?.[0] : undefined;
    return start === undefined ? path : `${path}:${lines.linePos(start).line}`;
  };
  const value = valueOf(document);
  if (value === undefined) return { targets: [], problems: [`${path}: ${unresolved}`] };
  return targetsOf(value, path, placeOf);
}

/** In this schema every scalar is the text that was written: 007 and 1.10 are no numbers. Warnings would quote the list. */
const reading = {
  schema: 'failsafe',
  merge: true,
  prettyErrors: false,
  logLevel: 'error',
} as const;

/** Undefined if an alias or a merge key cannot be resolved: the exception would quote it. */
function valueOf(document: Document): unknown {
  if (document.contents === null) return [];
  try {
    // As many aliases as the list has: it is not from a stranger.
    return document.toJS({ maxAliasCount: -1 }) as unknown;
  } catch {
    return undefined;
  }
}

const unresolved = 'an alias has no anchor before it, or what "<<" names is not a mapping';
