import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { findPsql } from '../lib/psql.mjs';
import { makeTemporary, removeTemporary } from '../lib/temporary.mjs';

const elf = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]);
const script = Buffer.from('#!/usr/bin/perl -w\n');

/** @type {string[]} */
const homes = [];
let home = '';

beforeEach(() => {
  home = makeTemporary('pgm-psql-');
  homes.push(home);
});
after(() => homes.forEach(removeTemporary));

/** A directory with a `psql` of this content. @param {string} name @param {Buffer} content @param {number} [mode] */
function directoryWith(name, content, mode = 0o755) {
  const directory = join(home, name);
  mkdirSync(directory);
  writeFileSync(join(directory, 'psql'), content);
  chmodSync(join(directory, 'psql'), mode);
  return directory;
}

/** As Debian has it: /usr/bin/psql leads to a script of another name. */
function directoryWithWrapper() {
  const directory = join(home, 'bin');
  mkdirSync(directory);
  writeFileSync(join(home, 'pg_wrapper'), script);
  chmodSync(join(home, 'pg_wrapper'), 0o755);
  symlinkSync('../pg_wrapper', join(directory, 'psql'));
  return directory;
}

/** @param {readonly string[]} path @param {readonly string[]} servers Named by their version. */
function machine(path, servers = []) {
  return {
    path: path.join(delimiter),
    serverPrograms: () => servers,
    versionOf: (/** @type {string} */ file) => file.split('/').at(-2) ?? '',
  };
}

test('a binary on the PATH is taken, also by a link and behind a directory without one', () => {
  const real = directoryWith('17.5', elf);
  const bin = join(home, 'bin');
  mkdirSync(bin);
  symlinkSync(join(real, 'psql'), join(bin, 'psql'));
  const newer = directoryWith('18.1', elf);
  const { file, found } = findPsql(machine([join(home, 'none'), bin], [newer]));
  assert.deepEqual([file, found], [join(bin, 'psql'), 'on the PATH']);
});

test('behind a wrapper script it is the newest binary, by number', () => {
  const servers = ['9.6', '15.9', '15.10', '14.3'].map((version) => directoryWith(version, elf));
  const wrapped = findPsql(machine([directoryWithWrapper()], servers));
  assert.deepEqual(wrapped, {
    file: join(home, '15.10/psql'),
    version: '15.10',
    found: 'behind the wrapper script on the PATH',
  });
});

test('beside a wrapper neither another script nor a file that cannot be run is taken', () => {
  const servers = [
    directoryWith('18.1', script),
    directoryWith('17.5', elf, 0o644),
    join(home, 'not there'),
    directoryWith('16.2', elf),
  ];
  assert.equal(findPsql(machine([directoryWithWrapper()], servers)).version, '16.2');
});

test('without a binary it does not take part, and the reason is told', () => {
  assert.throws(() => findPsql(machine([home])), /psql is not on the PATH/);
  const servers = [directoryWith('18.1', script)];
  assert.throws(
    () => findPsql(machine([directoryWithWrapper()], servers)),
    /a wrapper script, and no binary was found beside it/,
  );
});
