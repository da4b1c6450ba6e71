/** One process from start to end: how long, and how much memory at most. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';

/**
 * @typedef {object} Ran
 * @property {'ran'} kind
 * @property {number} ms
 * @property {number | null} peakMiB Resident; null if there is no /proc.
 *
 * @typedef {object} Failed
 * @property {'failed'} kind
 * @property {string} reason
 */

const sampleMs = 5;

/**
 * Its output is discarded; the end of stderr is kept for the reason of a failure.
 * @param {import('./contestants.mjs').Command} command @param {number} limitMs
 * @returns {Promise<Ran | Failed>}
 */
export async function runProgram({ file, args, env, cwd }, limitMs) {
  const since = performance.now();
  const child = spawn(file, args, {
    cwd,
    env: { ...surroundings(), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => (said = (said + String(chunk)).slice(-2_000)));
  /** @type {number | null} */
  let peakMiB = null;
  const sampler = setInterval(() => (peakMiB = peakOf(child.pid) ?? peakMiB), sampleMs);
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
  try {
    const [code, signal] = await once(child, 'exit');
    const ms = performance.now() - since;
    if (code === 0) return { kind: 'ran', ms, peakMiB };
    const why =
      signal === 'SIGKILL' ? `not done after ${limitMs / 1_000} s` : `exit code ${code ?? signal}`;
    return {
      kind: 'failed',
      reason: [why, lastWordsOf(said)].filter((part) => part !== '').join(': '),
    };
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  } finally {
    clearInterval(sampler);
    clearTimeout(limit);
  }
}

/** None of the caller's environment, above all not NODE_EXTRA_CA_CERTS: it costs 37 ms per start. */
export function surroundings() {
  const { PATH = '', HOME = '/' } = process.env;
  return { PATH, HOME, LANG: 'C.UTF-8', NO_COLOR: '1' };
}

/** The kernel keeps the maximum itself, so the last look is the one that counts. @param {number | undefined} pid */
function peakOf(pid) {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found === null ? null : Number(found[1]) / 1024;
  } catch {
    return null;
  }
}

/** @param {string} said */
function lastWordsOf(said) {
  const lines = said
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const telling =
    lines.find((line) => /error|failed|fatal|cannot/i.test(line)) ?? lines.at(-1) ?? '';
  return telling.slice(0, 200);
}
