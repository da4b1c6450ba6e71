import { prove } from '../../support/proof.js';
import { filesOf, groups } from './files.js';

/** What was measured, by form: a text for each table: `t: ACCESS EXCLUSIVE, rewritten, read whole`. */
export type Measured = Readonly<Record<string, readonly string[]>>;

/** Measures every form that the server has, by `verify` itself: each in a schema of its own. */
export async function measureLocks(major: number): Promise<Measured> {
  const forms = Object.values(groups)
    .flat()
    .filter(({ since = 0 }) => since <= major);
  const files = Object.fromEntries(
    forms.flatMap((form, at) => {
      const schema = schemaOf(at);
      return Object.entries(filesOf(form, schema));
    }),
  );
  const proof = await prove(files);
  return Object.fromEntries(
    forms.map(({ statement }, at) => {
      const schema = schemaOf(at);
      const file = proof.files.find(({ key }) => key === `${schema}/2_form.sql`);
      if (
        file === undefined ||
        file.verdict === 'fails the first time' ||
        file.verdict === 'refused'
      ) {
        throw new Error(`${statement}: ${file?.findings[0]?.message ?? 'not proved'}`);
      }
      const seen = file.statements.at(-1)?.tables ?? [];
      return [statement, seen.map((each) => describe(each)).toSorted()];
    }),
  );
}

function schemaOf(at: number): string {
  return `f${String(at).padStart(3, '0')}`;
}

function describe(seen: {
  readonly table: string;
  readonly lock: string;
  readonly isRewritten: boolean;
  readonly isScanned: boolean;
}): string {
  const done = [
    seen.lock,
    ...(seen.isRewritten ? ['rewritten'] : []),
    ...(seen.isScanned ? ['read whole'] : []),
  ];
  const name = seen.table.replace(/^f\d+(_other)?\./, '').replace(/^z$/, 't');
  return `${name}: ${done.join(', ')}`;
}
