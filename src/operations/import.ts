import type { MigrationFailure } from '../core/failure/failure.js';
import { decode, findFault } from '../core/files/text.js';
import { buildSnapshot } from '../core/files/snapshot.js';
import type { FoundFile, Unclear } from '../core/foreign/tool-folder.js';
import {
  type ImportPlan,
  planImport,
  type PlannedFile,
  textOf,
} from '../core/moving/plan-import.js';
import type { Candidate } from '../core/moving/recognise/candidate.js';
import { recognise } from '../core/moving/recognise/recognise.js';
import type { FolderFile, TargetTree } from '../core/moving/folder.js';
import type { SqlReader } from '../core/ports.js';
import { headersOf } from '../core/statements/headers.js';
import { judgeFile } from '../core/statements/judge-file.js';

export interface ImportOptions {
  /** The word for the tool, or null to detect it. */
  readonly tool: string | null;
  readonly schema: string;
  /** Schema names that belong to pgm. */
  readonly reserved: readonly string[];
}

/** A file of an import, with its content. */
interface ImportedFile extends PlannedFile {
  readonly bytes: Uint8Array;
  /** What the target already has. */
  readonly target: 'nothing' | 'the same' | 'another';
}

export type Understood =
  | { readonly kind: 'unknown'; readonly named: readonly string[] }
  /** Several tools could be meant, or several directories in a project, with different resulting files. */
  | {
      readonly kind: 'several';
      readonly tools: readonly string[];
      /** Below the directory that was given; empty for that itself. */
      readonly roots: readonly string[];
    }
  | {
      readonly kind: 'understood';
      readonly plan: ImportPlan;
      /** Tools that would give the same files. */
      readonly alike: readonly string[];
      readonly files: readonly ImportedFile[];
      /** What keeps the import from being written, in the order of the files. */
      readonly unclear: readonly Unclear[];
    };

/** Finds out which tool's folder it is, and what its files become. Writes nothing. */
export async function understand(
  found: readonly FolderFile[],
  ports: { readonly sqlReader: SqlReader; readonly tree: TargetTree },
  options: ImportOptions,
): Promise<Understood> {
  const files = found.map(interpret);
  const candidates = recognise(files, options.tool);
  const sure = candidates.filter(({ score }) => options.tool !== null || score >= 3);
  if (sure.length === 0) return { kind: 'unknown', named: wordsOf(candidates) };
  const several = { kind: 'several', tools: wordsOf(sure), roots: rootsOf(sure) } as const;
  if (areApart(several.roots)) return several;
  const plans = sure.map((candidate) => planImport(candidate, files, options.schema));
  const [plan, ...others] = plans;
  if (plan === undefined) return { kind: 'unknown', named: [] };
  if (others.some((other) => !isSame(plan, other))) return several;
  const checked = await check(plan, ports, options);
  const alike = wordsOf(sure.slice(1)).filter((word) => word !== plan.tool.folder.word);
  return { kind: 'understood', plan, alike, ...checked };
}

/** Writes the missing files. Returns their number. */
export function write(files: readonly ImportedFile[], tree: TargetTree): number {
  const missing = files.filter(({ target }) => target === 'nothing');
  if (missing.length > 0) tree.write(new Map(missing.map(({ to, bytes }) => [to, bytes])));
  return missing.length;
}

function wordsOf(candidates: readonly Candidate[]): readonly string[] {
  return [...new Set(candidates.map(({ tool }) => tool.folder.word))];
}

function rootsOf(candidates: readonly Candidate[]): readonly string[] {
  return [...new Set(candidates.map(({ root }) => root))];
}

/** Two of them have no file in common. */
function areApart(roots: readonly string[]): boolean {
  const has = (one: string, other: string): boolean =>
    one === '' || `${other}/`.startsWith(`${one}/`);
  return roots.some((one) => roots.some((other) => !has(one, other) && !has(other, one)));
}

function isSame(one: ImportPlan, other: ImportPlan): boolean {
  const facts = ({ root, files, unclear }: ImportPlan): string => {
    const below = (path: string): string => (root === '' ? path : `${root}/${path}`);
    return JSON.stringify([
      files.map((file) => [below(file.from), file.to, textOf(file)]),
      unclear.map(({ path, line, column }) => [below(path), line, column]),
    ]);
  };
  return facts(one) === facts(other);
}

function interpret({ path, bytes, fault }: FolderFile): FoundFile {
  if (fault !== undefined) return { path, text: null, fault };
  if (bytes === null) return { path, text: null };
  const wrong = findFault(bytes);
  if (wrong !== null) {
    return { path, text: null, fault: `${wrong.reason} (byte ${wrong.byteOffset})` };
  }
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return { path, text: decode(bytes), hasMark };
}

/** What pgm says about the files as they would be written. */
async function check(
  plan: ImportPlan,
  { sqlReader, tree }: { readonly sqlReader: SqlReader; readonly tree: TargetTree },
  { reserved }: ImportOptions,
): Promise<{ files: readonly ImportedFile[]; unclear: readonly Unclear[] }> {
  const files: ImportedFile[] = [];
  const unclear: Unclear[] = [];
  const known = new Set(plan.unclear.map(({ path }) => path));
  for (const planned of plan.files) {
    const judged = await judge(planned, plan, sqlReader);
    // What the tool reads differently is reported already, and usually the cause.
    if (judged.unclear !== null && !known.has(planned.from)) unclear.push(judged.unclear);
    files.push(withBytes(judged.file, tree));
  }
  const entries = files.map(({ to, bytes }) => ({ kind: 'file' as const, path: to, bytes }));
  const options = { schemas: null, reserved, generation: null, swappedAt: null };
  const { refused } = buildSnapshot(entries, options);
  for (const { path, reason } of refused) {
    const from = files.find(({ to }) => to === path)?.from ?? path;
    const advice = 'rename the file';
    unclear.push({ path: from, line: null, column: null, what: `as ${path}, ${reason}`, advice });
  }
  return { files, unclear: [...plan.unclear, ...unclear] };
}

function withBytes(planned: PlannedFile, tree: TargetTree): ImportedFile {
  const bytes = Buffer.from(textOf(planned));
  const there = tree.read(planned.to);
  const isSameThere = there !== null && bytes.equals(there);
  const target = there === null ? 'nothing' : isSameThere ? 'the same' : 'another';
  return { ...planned, bytes, target };
}

/** If the tool sends one statement at a time, a file that cannot run in a transaction gets the header for it. */
async function judge(
  planned: PlannedFile,
  { tool }: ImportPlan,
  sqlReader: SqlReader,
): Promise<{ readonly file: PlannedFile; readonly unclear: Unclear | null }> {
  const first = await failureOf(planned, sqlReader);
  if (first === null) return { file: planned, unclear: null };
  const { failure, needsOutside } = first;
  if (needsOutside && !planned.outside && tool.folder.outside?.whereNeeded === true) {
    const changes = [...planned.changes, '-- pgm:no-transaction'];
    const file = { ...planned, outside: true, changes };
    if ((await failureOf(file, sqlReader)) === null) return { file, unclear: null };
  }
  return { file: planned, unclear: unclearOf(planned, failure) };
}

async function failureOf(planned: PlannedFile, sqlReader: SqlReader) {
  const text = textOf(planned).replace(/^\ufeff/, '');
  const reading = await sqlReader.read(text);
  const judgement = judgeFile(text, reading, headersOf(text));
  if (judgement.kind !== 'refused') return null;
  const needsOutside =
    reading.kind === 'statements' &&
    reading.statements.some(({ kind }) => kind === 'outside-transaction');
  return { failure: judgement.failure, needsOutside };
}

/** At its place in the file of the tool. */
function unclearOf({ from, lines, outside }: PlannedFile, failure: MigrationFailure): Unclear {
  const { place, message, advice } = failure;
  const at = place === null ? undefined : lines[place.line - (outside ? 2 : 1)];
  return {
    path: from,
    line: at?.number ?? null,
    column: at === undefined ? null : (place?.column ?? null),
    what: message,
    advice: advice ?? 'fix the file',
  };
}
