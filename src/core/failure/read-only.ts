/** What the server says about being read-only. Names are quoted as SQL needs them. */
export interface ReadOnlySetting {
  /** `source` of `pg_settings`: where the value that applies to our session was set. */
  readonly source: string;
  /** The file it is set in; null if we may not know, or if it is not set in a file. */
  readonly file: string | null;
  readonly database: string;
  readonly role: string;
}

/** Says that `default_transaction_read_only` is on, for whom, and how to turn it off. */
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
        'remove it from what starts the server or the connection (its command line, PGOPTIONS, a pooler)',
      );
  }
}

const setting = 'default_transaction_read_only';

function told(where: string, what: string): string {
  return `${setting} is on ${where}, so nothing can be written; once that is no longer wanted, ${what}`;
}

/** ALTER SYSTEM writes one file and can reset what it wrote; the others are edited by hand. */
function inFile(file: string | null): string {
  const system = `ALTER SYSTEM RESET ${setting};`;
  const reload = 'SELECT pg_reload_conf();';
  if (file === null) return `run: ${system} (or remove it from postgresql.conf), then: ${reload}`;
  return file.endsWith('postgresql.auto.conf')
    ? `run: ${system} ${reload}`
    : `remove it from that file and run: ${reload}`;
}
