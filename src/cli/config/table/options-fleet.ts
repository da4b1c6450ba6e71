import { parseMatchers } from '../../../core/fleet/select.js';
import { parseAllowance } from '../../../core/fleet/schedule.js';
import { parseShard } from '../../../core/fleet/shard.js';
import { parseWaves } from '../../../core/fleet/waves.js';
import { accepted, parseDuration, type Parsed, refused } from '../../../core/text/words.js';
import { objectName, parseText } from './values.js';

/** Which databases a fleet has, and in what order they are worked on. */
export const fleetOptions = {
  targets: {
    flag: '--targets <path>',
    unset: 'none',
    completes: 'file',
    parse: parseText,
    help: 'the databases: a YAML or JSON list, lines NAME=URL, or a directory with a file for each, such as a mounted Secret',
  },
  targetsQuery: {
    flag: '--targets-query <sql>',
    unset: 'none',
    parse: parseText,
    help: 'a query for the names of the databases, run at --database-url, which gives the rest; other columns are labels',
  },
  select: {
    flag: '--select <expression>',
    many: true,
    unset: 'all',
    parse: parseMatchers,
    help: 'only targets with LABEL=VALUE or LABEL~PATTERN; name is a label too; may be given several times',
  },
  shard: {
    flag: '--shard <index/number>',
    unset: 'all',
    parse: parseShard,
    help: 'only one share of the targets, from 0: $JOB_COMPLETION_INDEX/4 of an Indexed Job',
  },
  wave: {
    flag: '--wave <expression>',
    many: true,
    unset: 'one wave',
    parse: parseWaves,
    help: 'targets that come first, as in --select, or rest; given several times, each wave begins once the one before is fine',
  },
  onlyWave: {
    flag: '--only-wave <expression>',
    unset: 'all waves',
    parse: parseText,
    help: 'only this one of the waves, written as in its --wave: for a separate run, or Job',
  },
  pause: {
    flag: '--pause <duration>',
    default: '0',
    parse: parseDuration,
    help: 'how long to wait between two waves',
  },
  checkCommand: {
    flag: '--check-command <command>',
    unset: 'none',
    parse: parseText,
    help: 'a command for the shell to run before each wave but the first, and every 30 s of a --pause; if it fails, nothing new is started',
  },
  parallel: {
    flag: '--parallel <number>',
    default: '16',
    parse: parseMany,
    help: 'how many targets to work on at a time',
  },
  perServer: {
    flag: '--per-server <number>',
    default: '4',
    parse: parseMany,
    help: 'how many targets of one server to work on at a time; each takes two connections',
  },
  maxFailed: {
    flag: '--max-failed <number>',
    unset: 'any number in a wave, none before the next',
    parse: parseAllowance,
    help: 'how many targets, or how many percent (5%), may fail; beyond that nothing new is started',
  },
} as const;

/** The Jobs that `pgm fleet render` prints. */
export const fleetJobsOptions = {
  shards: {
    flag: '--shards <number>',
    default: '4',
    parse: parseMany,
    help: 'how many pods share a wave; at most as many as it has targets',
  },
  parallelism: {
    flag: '--parallelism <number>',
    unset: 'all',
    parse: parseMany,
    help: 'how many pods of a wave to run at a time',
  },
  maxFailedIndexes: {
    flag: '--max-failed-indexes <number>',
    unset: 'all',
    parse: parseSome,
    help: 'how many shares of a wave may fail before Kubernetes ends its whole Job',
  },
  jobName: {
    flag: '--name <name>',
    variable: 'PGM_FLEET_NAME',
    default: 'fleet-migrate',
    parse: objectName(50, false),
    help: 'what the Jobs are called, followed by the number of the wave',
  },
  image: {
    flag: '--image <image>',
    unset: 'postgres-manager in the version of this pgm',
    parse: parseImage,
    help: 'the image that the Jobs run',
  },
  secret: {
    flag: '--secret <name>',
    default: 'fleet-targets',
    parse: objectName(253, true),
    help: 'the Secret with the targets, mounted in the pods as --targets',
  },
} as const;

function parseMany(text: string): Parsed<number> {
  return /^[1-9]\d{0,3}$/.test(text)
    ? accepted(Number(text))
    : refused('use a whole number from 1 to 9999');
}

function parseSome(text: string): Parsed<number> {
  return /^\d{1,4}$/.test(text)
    ? accepted(Number(text))
    : refused('use a whole number from 0 to 9999');
}

function parseImage(text: string): Parsed<string> {
  return /^[a-z0-9][\w.:/@-]*\w$/i.test(text)
    ? accepted(text)
    : refused('use the name of an image, such as registry.example/postgres-manager:0.1.0');
}
