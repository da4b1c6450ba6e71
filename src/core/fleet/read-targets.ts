import { shown } from '../connection/connection.js';
import { closest } from '../text/closest.js';
import {
  doubleNames,
  type Labels,
  mayBeConnectionString,
  nameProblem,
  type Target,
  type TargetList,
} from './target.js';

/** Where an entry is, for messages: `targets.yaml:12`. `at` counts from 0. */
type PlaceOf = (at: number) => string;

/** Reads parsed YAML or JSON: a list of `{ name, url | url_file, labels }`. Problems quote no value: it may be a secret. */
export function targetsOf(value: unknown, origin: string, placeOf: PlaceOf): TargetList {
  if (!Array.isArray(value)) {
    const problem = `${origin}: it is not a list: write entries with name and url, or lines NAME=URL`;
    return { targets: [], problems: [problem] };
  }
  const targets: Target[] = [];
  const problems: string[] = [];
  for (const [at, entry] of (value as readonly unknown[]).entries()) {
    const refuse = (problem: string) => problems.push(`${placeOf(at)}: ${problem}`);
    const target = targetOf(entry, refuse);
    if (target !== null) targets.push(target);
  }
  return listOf(targets, problems, origin);
}

/** Reads lines `NAME=URL`. Empty lines and lines that start with `#` are ignored. */
export function targetsOfLines(text: string, origin: string): TargetList {
  const targets: Target[] = [];
  const problems: string[] = [];
  for (const [at, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    const name = line.slice(0, Math.max(0, equals)).trim();
    const url = line.slice(equals + 1).trim();
    const problem =
      equals === -1 ? 'it is not a line NAME=URL' : (nameProblem(name) ?? emptyProblem(url));
    if (problem === null) targets.push({ name, labels: {}, url: { kind: 'text', text: url } });
    else problems.push(`${origin}:${at + 1}: ${problem}`);
  }
  return listOf(targets, problems, origin);
}

/** True for a text whose first line that is neither empty nor a comment is `NAME=URL`. */
export function isOfLines(text: string): boolean {
  const first = text.split('\n').find((line) => !/^\s*(?:#|$)/.test(line));
  return first !== undefined && /^\s*[^\s=:{["'-][^\s=:]*\s*=/.test(first);
}

function emptyProblem(url: string): string | null {
  return url === '' ? 'there is no connection string after the "="' : null;
}

function listOf(
  targets: readonly Target[],
  problems: readonly string[],
  origin: string,
): TargetList {
  const doubles = doubleNames(targets).map((problem) => `${origin}: ${problem}`);
  return { targets, problems: [...problems, ...doubles] };
}

type Refuse = (problem: string) => void;

const fields = ['name', 'url', 'url_file', 'labels'];

function targetOf(entry: unknown, refuse: Refuse): Target | null {
  if (!isMapping(entry)) {
    refuse('it is not an entry with name and url');
    return null;
  }
  for (const field of Object.keys(entry)) {
    if (fields.includes(field)) continue;
    const meant = closest(field, fields);
    const advice = meant === null ? `use ${fields.join(', ')}` : `did you mean ${meant}?`;
    refuse(`${shown(field)} is not a field of a target; ${advice}`);
  }
  const { name, labels } = entry;
  const text = typeof name === 'number' ? String(name) : name;
  if (typeof text !== 'string' || text === '') {
    refuse('it has no name');
    return null;
  }
  const problem = nameProblem(text);
  if (problem !== null) refuse(problem);
  const url = urlOf(entry, refuse);
  return url === null || problem !== null
    ? null
    : { name: text, labels: labelsOf(labels, refuse), url };
}

function urlOf({ url, url_file: file }: Mapping, refuse: Refuse): Target['url'] | null {
  if (url !== undefined && file !== undefined) refuse('it has both url and url_file: keep one');
  else if (typeof url === 'string' && url !== '') return { kind: 'text', text: url };
  else if (typeof file === 'string' && mayBeConnectionString(file))
    refuse('its url_file is a connection string, not a path: write it as url');
  else if (typeof file === 'string' && file !== '') return { kind: 'file', path: file };
  else refuse('it has no url: write a connection string, or url_file with the file that holds it');
  return null;
}

function labelsOf(labels: unknown, refuse: Refuse): Labels {
  // In YAML, what is left empty is an empty text.
  if (labels === undefined || labels === null || labels === '') return {};
  if (!isMapping(labels)) {
    refuse('its labels are not a mapping of labels to values');
    return {};
  }
  if ('name' in labels) refuse('it has a label "name", which is what --select calls its own name');
  const wrong = Object.entries(labels).filter(([, value]) => !isPlain(value));
  for (const [label] of wrong) refuse(`its label ${shown(label)} is neither text nor number`);
  return Object.fromEntries(
    Object.entries(labels).flatMap(([label, value]) =>
      isPlain(value) ? [[label, String(value)]] : [],
    ),
  );
}

type Mapping = Readonly<Record<string, unknown>>;

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
