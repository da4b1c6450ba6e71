import { afterEach, describe, expect, test } from 'vitest';
import { makeOverlays, parseImage } from '../../scripts/cluster/overlay.mjs';
import { hasTools, manifestsOf } from '../deploy/deployables.js';
import { containersOf, podsOf, readManifests } from '../deploy/rendered.js';
import { runTool } from '../deploy/tools.js';

let remove = (): void => undefined;

afterEach(() => {
  remove();
  remove = () => undefined;
});

describe.skipIf(!hasTools).each(['base', 'ci'])('what test:cluster applies of %s', (name) => {
  const images = {
    'postgres-manager': 'registry.example:5000/pgm:main',
    'docker.io/library/postgres': 'mirror.example/postgres:17.12',
  };

  function render() {
    const overlays = makeOverlays([name], { namespace: 'tried', images });
    remove = overlays.remove;
    return readManifests(runTool('kubectl', ['kustomize', overlays.of[name]!]));
  }

  test('is the same, in the namespace of the test', () => {
    const rendered = render();
    const named = ({ kind, metadata }: (typeof rendered)[number]) => `${kind} ${metadata.name}`;
    expect(rendered.map(named)).toEqual(manifestsOf(name).map(named));
    expect(new Set(rendered.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['tried']));
  });

  test('has the images that were asked for', () => {
    const [pod] = podsOf(render());
    const found = new Set(containersOf(pod!).map(({ image }) => image));
    expect(found).toEqual(new Set(Object.values(images)));
  });
});

test('an image is taken apart as kustomize has it', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  expect(parseImage('postgres:17.9')).toEqual({ newName: 'postgres', newTag: '17.9' });
  expect(parseImage('localhost:5000/a/b:main')).toEqual({
    newName: 'localhost:5000/a/b',
    newTag: 'main',
  });
  expect(parseImage(`a/b:1@${digest}`)).toEqual({ newName: 'a/b', digest });
  for (const wrong of ['postgres', 'localhost:5000/postgres', 'a:b:c:', '']) {
    expect(() => parseImage(wrong)).toThrow(/is not an image with a tag or a digest/);
  }
});
