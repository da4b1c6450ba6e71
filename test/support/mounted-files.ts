import type { Payload } from './kubelet.js';

/** How many files the mount has whose cost is measured. */
export const mountedCount = 300;

/** Files as they are: a table each, with a comment that says why. About 600 bytes. */
export const mountedFiles: Payload = Object.fromEntries(
  Array.from({ length: mountedCount }, (_, n) => {
    const name = `t${String(n).padStart(3, '0')}`;
    const columns = Array.from(
      { length: 8 },
      (__, at) => `  column_${at} text not null default ''`,
    );
    const text = `-- What ${name} is for, in a few words that nobody reads twice.
create table if not exists ${name} (
  id bigint generated always as identity primary key,
${columns.join(',\n')}
);
create index if not exists ${name}_column_0 on ${name} (column_0);
`;
    return [`a_${String(n).padStart(3, '0')}_${name}.sql`, text];
  }),
);
