/** What the server says of its being read-only. Names are quoted as SQL wants them. */
export interface ReadOnlySetting {
  /** `source` of `pg_settings`: where the setting that holds for our session was made. */
  readonly source: string;
  /** The file it stands in; null where we may not know, or where it stands in none. */
  readonly file: string | null;
  readonly database: string;
  readonly role: string;
}

/** `default_transaction_read_only` is on: for whom, and what turns it off. */
export function readOnlyAdvice({ source, file, database, role }: ReadOnlySetting): string {
  const reset = (of: string): string => `run: ALTER ${of} RESET ${setting};`;
  switch (source) {
    case 'database':
      return told(`for the database ${database}`, reset(`DATABASE ${database}`));
    case 'user':
      return told(`for the role ${role}`, reset(`ROLE ${role}`));
    case 'database user':
      return told(
        `for the role ${role} in the database ${database}`,
        reset(`ROLE ${role} IN DATABASE ${database}`),
      );
    case 'global':
      return told('for all roles', reset('ROLE ALL'));
    case 'configuration file':
      return told(`for the whole server${file === null ? '' : `, in ${file}`}`, inFile(file));
    default:
      return told(
        `(set by ${source})`,
        'take it out of what starts the server or the connection (its command line, PGOPTIONS, a pooler)',
      );
  }
}

const setting = 'default_transaction_read_only';

function told(where: string, what: string): string {
  return `${setting} is on ${where}, so nothing can be written; once that is no longer wanted, ${what}`;
}

/** ALTER SYSTEM writes one file and resets what it wrote; the others are edited by hand. */
function inFile(file: string | null): string {
  const system = `ALTER SYSTEM RESET ${setting};`;
  const reload = 'SELECT pg_reload_conf();';
  if (file === null) return `run: ${system} (or take it out of postgresql.conf), then: ${reload}`;
  return file.endsWith('postgresql.auto.conf')
    ? `run: ${system} ${reload}`
    : `take it out of that file and run: ${reload}`;
}
