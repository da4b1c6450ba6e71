import { readFileSync, statSync } from 'node:fs';
import { ConfigurationError, errnoOrText } from '../../core/errors.js';
import { isOfLines, targetsOf, targetsOfLines } from '../../core/fleet/read-targets.js';
import { mayBeConnectionString, type TargetList } from '../../core/fleet/target.js';
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
    return { list: await readText(readFileSync(path, 'utf8'), path), texts: new Map() };
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError([`--targets ${path} cannot be read: ${errnoOrText(error)}`]);
  }
}

async function readText(text: string, path: string): Promise<TargetList> {
  if (isOfLines(text)) return targetsOfLines(text, path);
  const json = parseJson(text);
  if (json !== undefined) return targetsOf(json, path, (at) => `${path}: target ${at + 1}`);
  return readYaml(text, path);
}

/** JSON is YAML too, but that parser takes ten times as long. */
function parseJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

async function readYaml(text: string, path: string): Promise<TargetList> {
  const { isNode, isSeq, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems = document.errors.map(({ pos, code }) => {
    const { line, col } = lines.linePos(pos[0]);
    // The parser's own words may quote the line, and with it a password.
    return `${path}:${line}:${col}: it is not YAML (${code})`;
  });
  if (problems.length > 0) return { targets: [], problems };
  const { contents } = document;
  const items: readonly unknown[] = isSeq(contents) ? contents.items : [];
  const placeOf = (at: number): string => {
    const item = items[at];
    const start = isNode(item) ? item.range?.[0] : undefined;
    return start === undefined ? path : `${path}:${lines.linePos(start).line}`;
  };
  return targetsOf(contents === null ? [] : document.toJS(), path, placeOf);
}
