import { type Files, prove } from '../../support/proof.js';
import { filesOf, groups } from './files.js';
import type { Form } from './forms.js';

/** What was measured, by form: a text for each table: `t: ACCESS EXCLUSIVE, rewritten, read whole`. */
export type Measured = Readonly<Record<string, readonly string[]>>;

/** Measures every form that the server has, by `verify` itself: each in a schema of its own. */
export async function measureLocks(major: number): Promise<Measured> {
  const forms = Object.values(groups)
    .flat()
    .filter(({ since = 0 }) => since <= major);
  const measured: Record<string, readonly string[]> = {};
  for (let at = 0; at < forms.length; at += together) {
    Object.assign(measured, await measureTogether(forms.slice(at, at + together)));
  }
  return measured;
}

/** `verify` reads the catalog of all that is there with each file: in one database for all forms, most of it is others'. */
const together = 16;

async function measureTogether(forms: readonly Form[]): Promise<Measured> {
  const files = forms.map((form, at) => filesOf(form, schemaOf(at)));
  const proof = await prove(Object.assign({}, ...files) as Files);
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
