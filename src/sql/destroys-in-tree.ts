import { destroysInBody } from './destroys-by-words.js';

/** A node of the parse tree: `{ DeleteStmt: { relation: … } }`, plain values at its leaves. */
type Fields = Readonly<Record<string, unknown>>;

/**
 * What stored data a statement destroys, wherever in its parse tree: in a CTE, in EXPLAIN, in COPY. Commands inside the
 * body of a function or the actions of a rule do not run now and do not count. Views, indexes, functions, rights and
 * foreign tables hold no data of their own.
 */
export function destroysInTree(statement: unknown): string | null {
  // A stack of our own: an expression may be nested deeper than calls may be.
  const open: unknown[] = [statement];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, child] of Object.entries(value)) {
      const found = isFields(child) ? destroysAt(name, child) : null;
      if (found !== null) return found;
      if (!runsLater.has(name)) open.push(child);
    }
  }
  return null;
}

const runsLater: ReadonlySet<string> = new Set(['CreateFunctionStmt', 'RuleStmt']);

function destroysAt(name: string, node: Fields): string | null {
  switch (name) {
    case 'DeleteStmt':
      return 'DELETE';
    case 'MergeWhenClause':
      return node['commandType'] === 'CMD_DELETE' ? 'DELETE' : null;
    case 'TruncateStmt':
      return 'TRUNCATE';
    case 'DropStmt':
      return droppedObject(node);
    case 'DropOwnedStmt':
      return 'DROP OWNED';
    case 'DropdbStmt':
      return 'DROP DATABASE';
    case 'AlterTableStmt':
      return droppedColumn(node);
    case 'DoStmt':
      return inDoBlock(node);
    default:
      return null;
  }
}

const objects: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'TABLE',
  OBJECT_SCHEMA: 'SCHEMA',
  // CASCADE takes the columns of the type along.
  OBJECT_TYPE: 'TYPE',
  OBJECT_DOMAIN: 'DOMAIN',
  OBJECT_MATVIEW: 'MATERIALIZED VIEW',
  OBJECT_SEQUENCE: 'SEQUENCE',
  OBJECT_EXTENSION: 'EXTENSION',
};

function droppedObject({ removeType }: Fields): string | null {
  const object = objects[String(removeType)];
  return object === undefined ? null : `DROP ${object}`;
}

function droppedColumn({ cmds, objtype }: Fields): string | null {
  const commands = Array.isArray(cmds) ? (cmds as readonly unknown[]) : [];
  const drops = commands.some((command) => {
    const fields = isFields(command) ? command['AlterTableCmd'] : null;
    return isFields(fields) && fields['subtype'] === 'AT_DropColumn';
  });
  if (!drops) return null;
  return objtype === 'OBJECT_TYPE' ? 'DROP ATTRIBUTE' : 'DROP COLUMN';
}

/** Code in a language we do not read may do anything. */
function inDoBlock({ args }: Fields): string | null {
  const options = Array.isArray(args) ? (args as readonly unknown[]) : [];
  const option = (wanted: string): string | null =>
    options.map((each) => optionValue(each, wanted)).find((value) => value !== null) ?? null;
  const language = option('language') ?? 'plpgsql';
  return language === 'plpgsql' ? destroysInBody(option('as') ?? '') : `DO block in ${language}`;
}

function optionValue(option: unknown, wanted: string): string | null {
  const element = isFields(option) ? option['DefElem'] : null;
  if (!isFields(element) || element['defname'] !== wanted) return null;
  const text = isFields(element['arg']) ? element['arg']['String'] : null;
  return isFields(text) && typeof text['sval'] === 'string' ? text['sval'] : null;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
