import { foreignKeyGroups } from './tables/print-constraints.js';
import { type Ordered, orderGroups } from './order-groups.js';
import { endGroups, unknownGroups } from './others/print-end.js';
import { foreignGroups } from './others/print-foreign.js';
import { replicationGroups } from './others/print-replication.js';
import { textGroups } from './others/print-text-search.js';
import { operatorGroups } from './others/print-operators.js';
import { routineGroups } from './others/print-routines.js';
import { createSequence, sequenceStatements, tableOf } from './tables/print-sequences.js';
import { tableGroups } from './tables/print-tables.js';
import { typeGroups } from './others/print-types.js';
import { viewGroups } from './tables/print-views.js';
import { wideGroups } from './others/print-wide.js';
import { printingOf } from './parts/printing.js';
import { type SchemaReading, textOf } from './parts/reading.js';
import type { Group, Printing } from './parts/statements.js';
import { commentLine } from './parts/text.js';

/**
 * A database as SQL: the same for equal databases, wherever they are, and in an order that can be loaded into a new
 * database. What cannot be loaded is in comments that begin with `-- not loadable:`.
 */
export function printSchema(reading: SchemaReading): string {
  const printing = printingOf(reading);
  const groups = [
    ...wideGroups(printing),
    ...typeGroups(printing),
    ...routineGroups(printing),
    ...operatorGroups(printing),
    ...textGroups(printing),
    ...foreignGroups(printing),
    ...sequenceGroups(printing),
    ...tableGroups(printing),
    ...viewGroups(printing),
    ...foreignKeyGroups(printing),
    ...replicationGroups(printing),
    ...endGroups(printing),
    ...unknownGroups(reading.catalog.notCompared),
  ];
  const blocks = withHeadings(orderGroups(groups));
  return `${[...head, ...blocks].join('\n\n')}\n`;
}

/** What the role that read it was not allowed to see. */
export function hiddenIn({ catalog, database }: SchemaReading): readonly string[] {
  if (database.isSuperuser) return [];
  return catalog.objects.flatMap(({ kind, identity, facts }) => {
    if (kind === 'subscription' && facts['connection'] === undefined)
      return [`the connection of subscription ${identity}`];
    return kind === 'user mapping' && facts['options'] === undefined
      ? [`the options of user mapping ${identity}`]
      : [];
  });
}

const head = [
  `-- The schema of a database as pgm schema prints it.
-- What has no OWNER TO belongs to the owner of the database.`,
  `SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET check_function_bodies = false;
SET search_path = '';
SET default_tablespace = '';
SET default_table_access_method = heap;
SET client_min_messages = warning;`,
];

/** Sequences that belong to no table. */
function sequenceGroups(printing: Printing): readonly Group[] {
  return printing
    .ofKind('sequence')
    .filter((sequence) => tableOf(textOf(sequence, 'owned by') ?? '', printing) === null)
    .map((sequence) => ({
      part: 'schema',
      schema: sequence.schema,
      rank: 45,
      identity: sequence.identity,
      statements: [
        ...[createSequence(sequence, printing) ?? []].flat(),
        ...sequenceStatements(sequence, printing),
      ],
    }));
}

function withHeadings(ordered: readonly Ordered[]): readonly string[] {
  let last = '';
  return ordered.flatMap(({ group, statements }) => {
    const heading = headingOf(group);
    const isNew = heading !== last;
    last = heading;
    return [...(isNew ? [`--\n${commentLine(heading)}\n--`] : []), statements.join('\n')];
  });
}

function headingOf({ part, schema }: Group): string {
  switch (part) {
    case 'database':
      return 'Database';
    case 'schema':
      return `Schema ${schema ?? ''}`;
    case 'foreign keys':
      return 'Foreign keys';
    case 'end':
      return 'After all tables';
  }
}
