import { Ajv, type AnySchemaObject } from 'ajv';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const library = dirname(
  createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json'),
);

function schemaOf(name: string): AnySchemaObject {
  const path = join(library, `res/schema/${name}.SNAPSHOT.schema.json`);
  return JSON.parse(readFileSync(path, 'utf8')) as AnySchemaObject;
}

interface Bom {
  readonly metadata: { readonly component: { readonly name: string; readonly version: string } };
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly purl: string;
    readonly licenses: readonly object[];
    readonly hashes: readonly object[];
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const bom = JSON.parse(
  execFileSync(process.execPath, ['scripts/sbom.mjs'], { cwd: root, encoding: 'utf8' }),
) as Bom;

/** By the schema that the makers of CycloneDX give out. */
const ajv = new Ajv({ strict: false, validateFormats: false });
for (const name of ['spdx', 'jsf-0.82']) {
  const schema = schemaOf(name);
  Reflect.deleteProperty(schema, '$id');
  // By the name under which the other refers to it.
  ajv.addSchema(schema, `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
}
const validate = ajv.compile(schemaOf('bom-1.5'));

test('the list of parts is CycloneDX', () => {
  expect(validate(bom) || validate.errors).toBe(true);
  const [first, ...others] = bom.components;
  expect(validate({ ...bom, components: [{ ...first, type: 'nonsense' }, ...others] })).toBe(false);
});

test('it is of this package, and has all that is bundled and nothing that only development needs', () => {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
  };
  expect(bom.metadata.component).toMatchObject({ name, version });
  const licences = readFileSync(join(root, 'dist/pgm/LICENSES.txt'), 'utf8');
  const bundled = licences
    .split(`\n${'-'.repeat(80)}\n\n`)
    .map((part) => part.split('\n', 1)[0] ?? '');
  const listed = bom.components.map((component) => `${component.name} ${component.version}`);
  expect(listed.toSorted()).toEqual(bundled.toSorted());
  for (const component of bom.components) {
    expect(component.licenses, component.name).not.toEqual([]);
    expect(component.hashes, component.name).not.toEqual([]);
    expect(component.purl).toMatch(/^pkg:npm\//);
  }
});

test('whatever a part depends on is a part', () => {
  const refs = bom.dependencies.map(({ ref }) => ref);
  expect(refs).toHaveLength(bom.components.length + 1);
  for (const { dependsOn } of bom.dependencies)
    expect(refs).toEqual(expect.arrayContaining([...dependsOn]));
});
