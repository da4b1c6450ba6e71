/** One metric with all of its series, as a scraper reads it. */
export interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Reads the text format of Prometheus (version 0.0.4) more strictly than Prometheus does: each family once, with its
 * HELP, then its TYPE, then all its series; no series twice; histograms that add up. Throws on anything else.
 */
export function readMetrics(body: string): ReadonlyMap<string, Family> {
  if (!body.endsWith('\n')) throw new Error('the last line has no end');
  const families = new Map<string, Family>();
  const blocks = body.slice(0, -1).split(/\n(?=# HELP )/);
  for (const block of blocks) {
    const family = readFamily(block.split('\n').filter((line) => line !== ''));
    if (families.has(family.name)) throw new Error(`${family.name} is there twice`);
    families.set(family.name, family);
  }
  return families;
}

/** The value of the one series with exactly these labels; undefined when there is none. */
export function valueOf(
  body: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const wanted = identityOf({ name, labels });
  const samples = [...readMetrics(body).values()].flatMap((family) => family.samples);
  return samples.find((sample) => identityOf(sample) === wanted)?.value;
}

const types: ReadonlySet<string> = new Set(['counter', 'gauge', 'histogram']);

function readFamily([helpLine = '', typeLine = '', ...lines]: readonly string[]): Family {
  const help = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^\\]|\\[\\n])+)$/.exec(helpLine);
  const type = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) ([a-z]+)$/.exec(typeLine);
  if (help?.[1] === undefined) throw new Error(`no HELP line: ${helpLine}`);
  if (type?.[1] !== help[1]) throw new Error(`no TYPE line of ${help[1]}: ${typeLine}`);
  if (!types.has(type[2] ?? '')) throw new Error(`no type: ${typeLine}`);
  const samples = lines.map(readSample);
  const family = { name: help[1], type: type[2] ?? '', help: help[2] ?? '', samples };
  checkSeries(family);
  if (family.type === 'histogram') checkHistogram(family);
  return family;
}

function readSample(line: string): Sample {
  const head = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([^ ]+)$/.exec(line);
  if (head?.[1] === undefined) throw new Error(`no series: ${line}`);
  const labels = head[2] === undefined ? {} : readLabels(head[2]);
  return { name: head[1], labels, value: readValue(head[3] ?? '') };
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  const pair = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y;
  let end = 0;
  while (end < text.length) {
    const found = pair.exec(text);
    if (found?.[1] === undefined) throw new Error(`no labels: ${text}`);
    if (found[1] in labels) throw new Error(`the label ${found[1]} is there twice: ${text}`);
    labels[found[1]] = unescape(found[2] ?? '');
    end = pair.lastIndex;
    if (found[3] === ',' && end === text.length) throw new Error(`a comma too many: ${text}`);
  }
  return labels;
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c));
}

function readValue(text: string): number {
  if (text === '+Inf') return Infinity;
  if (!/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(text)) throw new Error(`no number: ${text}`);
  return Number(text);
}

function checkSeries({ name, type, samples }: Family): void {
  const endings = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
  const allowed = new Set(endings.map((ending) => `${name}${ending}`));
  for (const sample of samples) {
    if (!allowed.has(sample.name)) throw new Error(`${sample.name} is no series of ${name}`);
    if (type === 'counter' && !(sample.value >= 0)) throw new Error(`${name} counts backwards`);
  }
  const identities = new Set(samples.map(identityOf));
  if (identities.size < samples.length) throw new Error(`${name} has a series twice`);
}

function identityOf({ name, labels }: Pick<Sample, 'name' | 'labels'>): string {
  return JSON.stringify([name, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function checkHistogram({ name, samples }: Family): void {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const labels = Object.entries(sample.labels).filter(([label]) => label !== 'le');
    const identity = identityOf({ name, labels: Object.fromEntries(labels) });
    groups.set(identity, [...(groups.get(identity) ?? []), sample]);
  }
  for (const group of groups.values()) checkBuckets(name, group);
}

function checkBuckets(name: string, samples: readonly Sample[]): void {
  const buckets = samples.filter((sample) => sample.name === `${name}_bucket`);
  const bounds = buckets.map(({ labels }) => readValue(labels['le'] ?? ''));
  const counts = buckets.map(({ value }) => value);
  const count = samples.find((sample) => sample.name === `${name}_count`)?.value;
  const sum = samples.find((sample) => sample.name === `${name}_sum`)?.value;
  if (!isAscending(bounds) || new Set(bounds).size < bounds.length || !isAscending(counts)) {
    throw new Error(`the buckets of ${name} do not ascend`);
  }
  if (bounds.at(-1) !== Infinity || counts.at(-1) !== count) {
    throw new Error(`the last bucket of ${name} does not hold all`);
  }
  if (sum === undefined || (count === 0 && sum !== 0)) throw new Error(`${name} has no sum`);
}

function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((number, at) => at === 0 || number >= (numbers[at - 1] ?? Infinity));
}
