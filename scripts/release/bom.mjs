/**
 * From npm's own list of everything that is installed (CycloneDX, as an object), what runs in the program or the library: a
 * new object. Without development packages npm would also leave out what they share with the program, and it names the
 * package after its directory. `manifest`: package.json.
 */
export function runtimeBom(bom, { name, version, license }) {
  const isOurs = ({ properties = [] }) =>
    !properties.some(({ name, value }) => name === development && value === 'true');
  const components = bom.components.filter(isOurs).map(({ properties, ...component }) => component);
  const root = bom.metadata.component;
  const refs = new Set([root, ...components].map((component) => component['bom-ref']));
  const { properties, ...component } = root;
  return {
    ...bom,
    metadata: {
      ...bom.metadata,
      component: { ...component, name, version, licenses: [{ license: { id: license } }] },
    },
    components,
    dependencies: bom.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn = [] }) => ({
        ref,
        dependsOn: dependsOn.filter((to) => refs.has(to)),
      })),
  };
}

const development = 'cdx:npm:package:development';
