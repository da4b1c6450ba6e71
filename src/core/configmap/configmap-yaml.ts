import { yamlName, yamlText } from './configmap-scalar.js';
import { type ConfigMap, mostBytes } from './configmap.js';
import { count } from '../text/words.js';

/** The annotation with the revision that the ConfigMap was made from. */
const revisionAnnotation = 'pgm/revision';

/** The maps as one YAML stream for `kubectl apply --server-side -f -`. The output is deterministic. */
export function configMapYaml(maps: readonly ConfigMap[]): string {
  return [...comments(maps), maps.map(document).join('---\n')].join('');
}

/** The entry of a pod's `volumes` that mounts the maps as one directory. */
export function volumeYaml(maps: readonly Pick<ConfigMap, 'name'>[]): string {
  const [first, ...more] = maps;
  if (first === undefined) return '';
  const names = maps.map(
    ({ name }) => `        - configMap:\n            name: ${yamlName(name)}\n`,
  );
  const volume =
    more.length === 0
      ? `    configMap:\n      name: ${yamlName(first.name)}\n`
      : `    projected:\n      sources:\n${names.join('')}`;
  return `volumes:\n  - name: migrations\n${volume}`;
}

/** What each map contains, for people; kubectl ignores it. */
function comments(maps: readonly ConfigMap[]): string[] {
  const sizes = maps.map(
    ({ name, entries, bytes }) =>
      `# ${name}: ${count(entries.length, 'file')}, ${bytes} of ${mostBytes} bytes\n`,
  );
  if (maps.length < 2) return sizes;
  const volume = volumeYaml(maps).trimEnd().split('\n');
  return [
    ...sizes,
    '# To mount them as one directory, use one volume in the pod:\n',
    ...volume.map((line) => `#   ${line}\n`),
  ];
}

function document({ name, namespace, revision, entries }: ConfigMap): string {
  const data = entries.map(({ key, text }) => `  ${key}: ${yamlText(text, 4)}\n`);
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${yamlName(name)}
  namespace: ${yamlName(namespace)}
  labels:
    app.kubernetes.io/name: postgres-manager
    app.kubernetes.io/component: migrations
    app.kubernetes.io/managed-by: pgm
  annotations:
    ${revisionAnnotation}: "${revision}"
data:${data.length === 0 ? ' {}\n' : `\n${data.join('')}`}`;
}
