import { flatKey } from '../../../core/configmap/configmap-key.js';
import type { SourceRule } from '../../known/rule.js';

export const nameUnfitForConfigmap: SourceRule<'name-unfit-for-configmap'> = {
  name: 'name-unfit-for-configmap',
  family: 'order',
  severity: 'warning',
  summary: 'the file cannot be a key of a ConfigMap, or would be read back as another file',
  why: 'Keys of a ConfigMap cannot contain “/”, so that gcp/001_x.sql travels as gcp_001_x.sql and is split again before the first number. Where a part of the schema is a number, or the name has a second one, the result is another schema or file, with a history of its own; two files can get the same key, and one of them is lost. Kubernetes refuses characters other than letters, digits, “-”, “_” and “.”, and more than 253.',
  instead: 'rename it as long as it is not applied anywhere',
  examples: {
    bad: [{ 'public/001_größe.sql': 'SELECT 1;' }, { 'app_2/001_a.sql': 'SELECT 1;' }],
    good: [
      { 'my_app/001_a.sql': 'SELECT 1;', 'app2/001_v2_b.sql': 'SELECT 1;' },
      { 'public/001_groesse.sql': 'SELECT 1;' },
    ],
  },
  looksAt: 'source',
  check: ({ files }) => {
    const byFlatName = new Map<string, string>();
    return files.flatMap(({ key, schema, filename }) => {
      const flat = flatKey(schema, filename);
      const name = `${schema}_${filename}`;
      const rival = byFlatName.get(name);
      byFlatName.set(name, rival ?? key);
      if (rival !== undefined) {
        const message = `it and ${rival} have the same key in a ConfigMap: ${name}`;
        return [{ key, at: null, message }];
      }
      if (flat.kind === 'accepted') return [];
      const end = flat.reason.lastIndexOf(': ');
      const advice = flat.reason.slice(end + 2);
      return [{ key, at: null, message: flat.reason.slice(0, end), advice }];
    });
  },
};
