import type { ForeignTool } from './foreign-tool.js';

/** In a ConfigMap a schema may stand before the name: `app_V1__x.sql`. */
export const flyway: ForeignTool = {
  name: 'Flyway',
  undoFile: /(?:^|\/)(?:[A-Za-z_]+_)?U\d+(?:[._]\d+)*__[^/]*\.sql$/,
  layout: {
    path: /(?:^|\/)(?:[A-Za-z_]+_)?(?:[VB]\d+(?:[._]\d+)*|R)__[^/]*\.sql$/,
    reason:
      'it has a name of Flyway: rename it to <number>_<name>.sql, for example V2__add_x.sql to 002_add_x.sql; a file that is to run again whenever it changes (R__) needs a number too',
  },
};
