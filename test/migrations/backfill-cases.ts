import type { PactSchema } from './pact-files.js';

/** One row that is older than the columns, and what its metadata says. Null: it says nothing. */
export interface BackfillCase {
  readonly name: string;
  /** JSON, or null for SQL's null. */
  readonly metadata: string | null;
  readonly environment: string | null;
  readonly location: string | null;
}

type Place = readonly [environment: string | null, location: string | null];

const nothing: Place = [null, null];
const tooLong = 'x'.repeat(257);

/** 256 characters of four bytes that do not compress: the widest value that an index on two of them has to take. */
function dense(seed: number): string {
  const offset = (at: number): number => ((at + 1) * 7919 * (seed * 31 + at * 104_729)) % 0xa000;
  return Array.from({ length: 256 }, (_, at) => String.fromCodePoint(0x20000 + offset(at))).join(
    '',
  );
}

function raw(name: string, metadata: string | null, place: Place = nothing): BackfillCase {
  return { name, metadata, environment: place[0], location: place[1] };
}

function json(name: string, metadata: unknown, place: Place = nothing): BackfillCase {
  return raw(name, JSON.stringify(metadata), place);
}

/** No object where the metadata should be one. */
const oddCases: readonly BackfillCase[] = [
  raw('SQL null', null),
  raw('empty object', '{}'),
  raw('empty array', '[]'),
  raw('JSON null', 'null'),
  raw('string', '"x"'),
  raw('number', '42'),
  raw('boolean', 'true'),
  raw('nested arrays', '[[[]]]'),
];

/** Labels of gcp and tags of azure: an object under `field`. */
function objectCases(field: 'labels' | 'tags'): readonly BackfillCase[] {
  const under = (name: string, value: unknown, place: Place = nothing): BackfillCase =>
    json(name, { [field]: value }, place);
  const quotes = `o'brien "x" $$ \\`;
  return [
    under('both', { environment: 'prod', location: 'r1' }, ['prod', 'r1']),
    under('both again', { environment: 'prod', location: 'r1', team: 'a' }, ['prod', 'r1']),
    under('environment only', { environment: 'dev' }, ['dev', null]),
    under('location only', { location: 'r2' }, [null, 'r2']),
    under('capital letters', { Environment: 'stage', LOCATION: 'r3' }, ['stage', 'r3']),
    under('blanks round it', { environment: '  qa ', location: ' r1 ' }, ['qa', 'r1']),
    under('blank', { environment: '   ', location: '' }),
    under('blank, then good', { Environment: ' ', environment: 'good' }, ['good', null]),
    under('number and boolean', { environment: 5, location: true }),
    under('null values', { environment: null, location: null }),
    under('object and array', { environment: { a: 1 }, location: ['r1'] }),
    under('too long', { environment: tooLong, location: tooLong }),
    under('longest', { environment: dense(1), location: dense(2) }, [dense(1), dense(2)]),
    under('quotes', { environment: quotes, location: 'a;b' }, [quotes, 'a;b']),
    under('other names', { environments: 'no', region: 'no' }),
    under('empty field', {}),
    under('field null', null),
    under('field string', 'environment'),
    under('field number', 3),
    under('field array', [{ environment: 'no' }]),
    json('at the top', { environment: 'no', location: 'no' }),
    json('array round it', [{ [field]: { environment: 'no' } }]),
    ...oddCases,
  ];
}

const tag = (Key: unknown, Value: unknown): object => ({ Key, Value });
const ARN = 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:a-AbCdEf';

const arnCases: readonly BackfillCase[] = [
  json('ARN only', { ARN }, [null, 'eu-west-1']),
  json('ARN and tag', { ARN, Tags: [tag('environment', 'prod')] }, ['prod', 'eu-west-1']),
  json('blank location', { ARN, Tags: [tag('location', ' ')] }, [null, 'eu-west-1']),
  json('ARN of China', { ARN: 'arn:aws-cn:ssm:cn-north-1:0:parameter/x' }, [null, 'cn-north-1']),
  json('ARN of GovCloud', { ARN: 'arn:aws-us-gov:ssm:us-gov-west-1:0:parameter/x', Tags: [] }, [
    null,
    'us-gov-west-1',
  ]),
  json('ARN without region', { ARN: 'arn:aws:s3:::bucket' }),
  json('ARN of IAM', { ARN: 'arn:aws:iam::0:role/x', Tags: [tag('environment', 'dev')] }, [
    'dev',
    null,
  ]),
  json('ARN cut off', { ARN: 'arn:aws:secretsmanager:eu-west-1' }),
  json('no ARN', { ARN: 'not:an:arn:eu-west-1:x' }),
  json('ARN number', { ARN: 7 }),
  json('ARN null', { ARN: null }),
  json('ARN array', { ARN: [ARN] }),
  json('ARN long', { ARN: `arn:aws:x:${'r'.repeat(3000)}:0:y` }),
];

function tagged(name: string, Tags: unknown, place: Place = nothing): BackfillCase {
  return json(name, { Tags }, place);
}

const tagCases: readonly BackfillCase[] = [
  json('both', { ARN, Tags: [tag('environment', 'prod'), tag('location', 'r1')] }, ['prod', 'r1']),
  tagged('both again', [tag('location', 'r1'), tag('environment', 'prod')], ['prod', 'r1']),
  tagged('other keys', [tag('team', 'a'), tag('owner', 'b')]),
  tagged(
    'capital letters',
    [tag('team', 'a'), tag('Environment', 'stage'), tag('LOCATION', 'r3')],
    ['stage', 'r3'],
  ),
  tagged('blanks round it', [tag('environment', ' qa ')], ['qa', null]),
  tagged('first wins', [tag('environment', 'one'), tag('environment', 'two')], ['one', null]),
  tagged('blank, then good', [tag('environment', ''), tag('environment', 'good')], ['good', null]),
  tagged('no Value', [{ Key: 'environment' }, tag('location', 'r2')], [null, 'r2']),
  tagged('no Key', [{ Value: 'prod' }]),
  tagged('number and object', [tag('environment', 5), tag('location', {})]),
  tagged(
    'odd elements',
    [null, 1, 'x', [], [tag('environment', 'no')], tag('environment', 'yes')],
    ['yes', null],
  ),
  tagged('Key number', [tag(1, 'x')]),
  tagged('no array', { Key: 'environment', Value: 'no' }),
  tagged('Tags null', null),
  tagged('Tags string', 'environment'),
  tagged('Tags empty', []),
  tagged('too long', [tag('environment', tooLong), tag('location', tooLong)]),
  tagged(
    'longest',
    [tag('environment', dense(1)), tag('location', dense(2))],
    [dense(1), dense(2)],
  ),
  json('array round it', [{ ARN, Tags: [tag('environment', 'no')] }]),
];

export const backfillCases: Readonly<Record<PactSchema, readonly BackfillCase[]>> = {
  aws: [...tagCases, ...arnCases, ...oddCases],
  azure: objectCases('tags'),
  gcp: objectCases('labels'),
};
