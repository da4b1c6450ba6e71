import type { MigrationFailure } from '../failure/failure.js';
import type { Statement, Unread } from '../grammar/statement.js';
import type { IgnoreLine } from '../statements/header-lists.js';
import type { Headers } from '../statements/headers.js';
import type { Ignore } from '../statements/ignores.js';
import type { Place } from '../text/position.js';
import type { TextRange } from '../text/text-range.js';

/** A file as rules see it. */
export interface LintedFile {
  /** `gcp/003_add_index.sql` */
  readonly key: string;
  /** Relative to the source. */
  readonly path: string;
  readonly text: string;
  /** The place of a UTF-16 index of the text. */
  readonly placeAt: (index: number) => Place;
  readonly headers: Headers;
  /** False if it runs statement by statement, each committed on its own. */
  readonly isTransaction: boolean;
  /** Whether it still has to run somewhere: not in place with this content. */
  readonly isDue: boolean;
  /** Whether a table that it creates exists after it. */
  readonly makesTable: boolean;
  /** Without the BEGIN and COMMIT around a part of the file, which pgm leaves out. */
  readonly statements: readonly LintedStatement[];
  readonly ignores: readonly Ignore[];
  /** Why pgm would not send it; null if it would. */
  readonly refusal: MigrationFailure | null;
  /** Every string literal, for masking; looked for when asked for, as most files have no finding. */
  readonly literals: () => readonly TextRange[];
}

export interface LintedStatement {
  readonly range: TextRange;
  /** Its name in messages: `CREATE INDEX CONCURRENTLY`. */
  readonly command: string;
  /** Null if the grammar cannot read it. Each access may parse it again. */
  readonly parsed: Statement | null;
  /** What it could not read: the statement, or a part of its body. */
  readonly unread: Unread | null;
}

/** All files, when they have been read. */
export interface LintedSource {
  /** In the order in which they are applied. */
  readonly files: readonly SourceFile[];
}

/** What is kept of a file until all are read. */
export interface SourceFile {
  readonly key: string;
  readonly schema: string;
  /** As written: `007`. */
  readonly number: string;
  readonly filename: string;
  readonly bytes: number;
  readonly isDue: boolean;
  /** Lines `-- pgm:ignore` of its header. */
  readonly ignores: readonly IgnoreLine[];
}
