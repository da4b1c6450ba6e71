import { describe, expect, test } from 'vitest';
import { parseConfigMaps } from '../../src/kubernetes/parse-configmaps.js';

const map = (name: string, data: object): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, resourceVersion: '1' },
  data,
});

async function keysOf(text: string): Promise<Record<string, string>[]> {
  const found = await parseConfigMaps(text, 'live.yaml');
  return found.map(({ values }) =>
    Object.fromEntries([...values].map(([key, value]) => [key, Buffer.from(value).toString()])),
  );
}

describe('what kubectl prints is read', () => {
  test('ConfigMaps are read from JSON, a list of them too', async () => {
    const list = { kind: 'List', items: [map('a', { 'x.sql': '1' }), map('b', { 'y.sql': '2' })] };
    expect(await keysOf(JSON.stringify(list))).toEqual([{ 'x.sql': '1' }, { 'y.sql': '2' }]);
  });

  test('ConfigMaps are read from YAML, other kinds left aside', async () => {
    const yaml =
      'kind: Service\n---\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x.sql: "a \\\n    b"\n---\n';
    expect(await keysOf(yaml)).toEqual([{ 'x.sql': 'a b' }]);
  });

  test('ConfigMaps are read from a ConfigMapList, with binaryData, and with no data', async () => {
    const binary = {
      ...map('a', {}),
      binaryData: { 'x.sql': Buffer.from('é').toString('base64') },
    };
    const empty = { kind: 'ConfigMap', metadata: { name: 'b' } };
    const list = { kind: 'ConfigMapList', items: [binary, empty] };
    expect(await keysOf(JSON.stringify(list))).toEqual([{ 'x.sql': 'é' }, {}]);
  });
});

describe('what is none is told with the file', () => {
  test.each([
    ['kind: ConfigMap\nmetadata: [\n', 'live.yaml is not YAML: '],
    ['{"kind": "ConfigMap"', 'live.yaml is not YAML: '],
    ['kind: ConfigMap\nmetadata: *gone\n', 'live.yaml is not YAML: '],
    ['kind: ConfigMap\n', 'live.yaml contains a ConfigMap without a name'],
    [
      '{"kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":1}}',
      'has a ConfigMap a whose data has no text for the key x',
    ],
    [
      '{"kind":"ConfigMap","metadata":{"name":"a"},"data":[]}',
      'has a ConfigMap a whose data is not a mapping',
    ],
    ['kind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: a\n  x: b\n', 'Map keys must be unique'],
  ])('%j', async (text, message) => {
    await expect(parseConfigMaps(text, 'live.yaml')).rejects.toThrow(message);
  });
});
