import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = realpathSync(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/**
 * Kustomizations over directories of deploy/, in another namespace and with other images. The paths in them are relative, as
 * kustomize requires. `images`: references, by the names in deploy/.
 */
export function makeOverlays(names, { namespace, images }) {
  const directory = mkdtempSync(join(realpathSync(tmpdir()), 'pgm-overlay-'));
  const paths = names.map((name) => {
    const overlay = join(directory, name);
    mkdirSync(overlay);
    const kustomization = {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      namespace,
      resources: [relative(overlay, join(root, 'deploy', name))],
      images: Object.entries(images).map(([image, to]) => ({ name: image, ...parseImage(to) })),
    };
    // JSON is YAML.
    writeFileSync(join(overlay, 'kustomization.yaml'), `${JSON.stringify(kustomization)}\n`);
    return [name, overlay];
  });
  const remove = () => rmSync(directory, { recursive: true, force: true });
  return { of: Object.fromEntries(paths), remove };
}

/** `registry:5000/name:tag@digest` as kustomize has it. Throws when it names neither tag nor digest. */
export function parseImage(reference) {
  const match = /^(?<newName>[^@]+?)(?::(?<newTag>[\w][\w.-]*))?(?:@(?<digest>sha256:\w+))?$/.exec(
    reference,
  );
  const { newName, newTag, digest } = match?.groups ?? {};
  if (newTag === undefined && digest === undefined) {
    throw new Error(`${reference} is not an image with a tag or a digest, such as postgres:17.9`);
  }
  return digest === undefined ? { newName, newTag } : { newName, digest };
}
