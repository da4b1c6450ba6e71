import {
  isTrue,
  text,
  type Told,
  type ToldRow,
  type ToolRow,
  type UpTo,
  versionRow,
} from './tool-history.js';

/**
 * Facts about its table: Flyway 10, MigrationInfoServiceImpl, CoreMigrationType and ChecksumCalculator. A row whose type
 * begins with UNDO takes back the newest row of its version, and so does one of type DELETE (from repair). A baseline
 * stands for all versions up to its own. Rows without a version are repeatable migrations. The checksum is CRC-32 of
 * the lines.
 */
export function readFlyway(rows: readonly ToolRow[]): Told {
  const known = new Map<string, ToldRow>();
  let upTo: UpTo | null = null;
  for (const row of rows) {
    const version = row['version'] ?? null;
    const type = text(row, 'type');
    if (version === null || type === 'SCHEMA') continue;
    if (isBaseline(type)) upTo = { version, isMigration: false };
    else known.set(flywayKey(version), rowOfVersion(version, row, known.get(flywayKey(version))));
  }
  return { rows: [...known.values()], upTo, unsure: null };
}

function isBaseline(type: string): boolean {
  return type === 'BASELINE' || type === 'SQL_BASELINE' || type === 'INIT';
}

function rowOfVersion(version: string, row: ToolRow, before: ToldRow | undefined): ToldRow {
  const type = text(row, 'type');
  if (!isTrue(row, 'success')) return versionRow(version, { state: 'failed' });
  if (type.startsWith('UNDO') || type === 'DELETE') {
    return versionRow(before?.id.shown ?? version, { state: 'undone' });
  }
  const isProgram = !/^(?:SQL|SPRING_JDBC|CUSTOM)$/.test(type);
  return versionRow(version, { sum: isProgram ? null : (row['checksum'] ?? null) });
}

/** `1`, `01` and `1.0` are the same version. */
export function flywayKey(version: string): string {
  const parts = version.split(/[._]/).map((part) => part.replace(/^0+(?=\d)/, ''));
  while (parts.length > 1 && parts.at(-1) === '0') parts.pop();
  return parts.join('.');
}
