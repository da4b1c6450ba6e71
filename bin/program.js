'use strict';
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');

const program = join(__dirname, '../dist/pgm/main.cjs');
/** What V8 made of the program, kept by the build: compiling it anew takes 17 ms of a run of 80. */
const keptCode = join(__dirname, '../dist/pgm/main.code');

/**
 * V8 lets the space for young objects grow to 32 MiB in a busy moment, and a program of a second never gives it back: with
 * 10,000 files and nothing to do 77 MiB with that, 68 without, in the same time. And it optimises early, on a processor that
 * is the server's while files are applied: seven times later costs 42 files 80 ms of processor time instead of 100, and
 * 10,000 no more. Before anything is compiled: V8 takes code only under the flags it was made with.
 */
function setFlags() {
  setFlagsFromString('--semi-space-growth-factor=1');
  // The V8 of Node 20; later ones count otherwise, and complain of a flag that they do not know.
  if (process.versions.v8.startsWith('11.3.')) setFlagsFromString('--interrupt-budget=500000');
}

/**
 * What kept code begins with. V8 looks at its own version and flags only; that its heap is laid out the same is certain of
 * the same release of Node. And that of Node 20 names the place where the code was made in every stack.
 */
function headOf(place) {
  return Buffer.from(`${process.version} ${process.platform} ${process.arch} ${place}\n`);
}

/** Undefined when there is none for this Node and this place. */
function readKeptCode() {
  const head = headOf(program);
  try {
    const kept = readFileSync(keptCode);
    return kept.subarray(0, head.length).equals(head) ? kept.subarray(head.length) : undefined;
  } catch {
    return undefined;
  }
}

const opening = '(function (require, __filename) { ';

/** The program as if it lay at `place`; lines and columns in stacks are those of its file. V8 refuses code in silence. */
function compile(place, cachedData) {
  // The build has made it all ASCII.
  const source = readFileSync(program, 'latin1');
  return new Script(`${opening}${source}\n})`, {
    filename: place,
    columnOffset: -opening.length,
    cachedData,
  });
}

function run(script) {
  script.runInThisContext()(createRequire(program), program);
}

function start() {
  setFlags();
  run(compile(program, readKeptCode()));
}

module.exports = { compile, headOf, keptCode, program, readKeptCode, run, setFlags, start };
