/**
 * Prints the section of the changelog for a tag: notes.mjs v0.1.0
 *
 * Exits with 1 if the tag, package.json, the Dockerfile and the changelog do not have the same version, or the changelog has
 * no date for it: none of that can be fixed after publishing.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What is wrong with a release, as sentences, and the section. `texts`: of these files. */
export function releaseOf(tag, { manifest, dockerfile, changelog }) {
  const { version } = JSON.parse(manifest);
  const problems = [];
  if (tag !== `v${version}`) problems.push(`the tag is ${tag}, and package.json has ${version}`);
  const image = /^ARG VERSION=(.*)$/m.exec(dockerfile)?.[1];
  if (image !== version) problems.push(`the Dockerfile has VERSION=${image}, not ${version}`);
  const [, date, notes = ''] = sectionOf(changelog, version) ?? [];
  if (date === undefined) problems.push(`CHANGELOG.md has no heading "## [${version}] - DATE"`);
  else if (!/^\d{4}-\d\d-\d\d$/.test(date))
    problems.push(`CHANGELOG.md has no date for ${version}: write ## [${version}] - YYYY-MM-DD`);
  return { problems, notes: notes.trim() };
}

function sectionOf(changelog, version) {
  const name = version.replaceAll('.', '\\.');
  return new RegExp(`^## \\[${name}\\] - (.*)\\n([^]*?)(?=^## |$(?![^]))`, 'm').exec(changelog);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , tag] = process.argv;
  const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const { problems, notes } = releaseOf(tag, {
    manifest: read('package.json'),
    dockerfile: read('Dockerfile'),
    changelog: read('CHANGELOG.md'),
  });
  if (problems.length > 0) {
    process.stderr.write(`${problems.join('\n')}\n`);
    process.exit(1);
  }
  process.stdout.write(`${notes}\n`);
}
