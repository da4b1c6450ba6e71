/** A PL/pgSQL statement that runs SQL, as text, and what is around it. */
export interface RoutinePart extends Surroundings {
  /** `dynamic`: an expression whose value is run. */
  readonly kind: 'sql' | 'dynamic';
  readonly text: string;
  readonly line: number;
}

interface Surroundings {
  readonly isConditional: boolean;
  /** Conditions of IF, as text. */
  readonly conditions: readonly string[];
  readonly caught: readonly string[];
}

type Tree = Readonly<Record<string, unknown>>;

/** The parts of a result of `parsePlPgSQL`, in the order of the text. */
export function routineParts(parsed: unknown): readonly RoutinePart[] {
  const parts: RoutinePart[] = [];
  const outside = { isConditional: false, conditions: [], caught: [] };
  for (const each of listOf(treeOf(parsed)['plpgsql_funcs'])) {
    const { action } = treeOf(treeOf(each)['PLpgSQL_function']);
    readStatements(action === undefined ? [] : [action], outside, parts);
  }
  return parts;
}

/** Reads consecutive statements. After one that may have returned, the others may not run. */
function readStatements(list: unknown, around: Surroundings, parts: RoutinePart[]): void {
  let now = around;
  for (const each of listOf(list)) {
    const [kind = '', content] = Object.entries(treeOf(each))[0] ?? [];
    const statement = treeOf(content);
    readStatement(kind, statement, now, parts);
    if (kind === 'PLpgSQL_stmt_if' && mayReturn(statement)) now = within(now, condition(statement));
  }
}

/** Fields with an expression that is run, and whether it is the expression's value that is run. */
const queries: Readonly<Record<string, RoutinePart['kind']>> = {
  dynquery: 'dynamic',
  expr: 'sql',
  query: 'sql',
  sqlstmt: 'sql',
};

/** Statements with such a field that run SQL; an expression elsewhere is only computed. */
const running: ReadonlySet<string> = new Set([
  'PLpgSQL_stmt_call',
  'PLpgSQL_stmt_dynexecute',
  'PLpgSQL_stmt_dynfors',
  'PLpgSQL_stmt_execsql',
  'PLpgSQL_stmt_fors',
  'PLpgSQL_stmt_perform',
  'PLpgSQL_stmt_return_query',
]);

function readStatement(
  kind: string,
  statement: Tree,
  around: Surroundings,
  parts: RoutinePart[],
): void {
  if (kind === 'PLpgSQL_stmt_block') readBlock(statement, around, parts);
  else if (kind === 'PLpgSQL_stmt_if') readIf(statement, around, parts);
  else if (kind === 'PLpgSQL_stmt_case') readCase(statement, around, parts);
  else {
    const ending = endings[kind];
    if (ending !== undefined)
      parts.push({ kind: 'sql', text: ending, line: lineOf(statement), ...around });
    if (running.has(kind)) takeQueries(kind, statement, around, parts);
    readStatements(statement['body'], within(around, null), parts);
  }
}

const endings: Readonly<Record<string, string>> = {
  PLpgSQL_stmt_commit: 'COMMIT',
  PLpgSQL_stmt_rollback: 'ROLLBACK',
};

function takeQueries(
  kind: string,
  statement: Tree,
  around: Surroundings,
  parts: RoutinePart[],
): void {
  const line = lineOf(statement);
  for (const [field, as] of Object.entries(queries)) {
    const text = queryOf(statement[field]);
    const runs = kind.startsWith('PLpgSQL_stmt_dyn') ? 'dynamic' : as;
    if (text !== null) parts.push({ kind: runs, text, line, ...around });
  }
}

function readCase(statement: Tree, around: Surroundings, parts: RoutinePart[]): void {
  for (const each of listOf(statement['case_when_list'])) {
    const when = treeOf(treeOf(each)['PLpgSQL_case_when']);
    readStatements(when['stmts'], within(around, null), parts);
  }
  readStatements(statement['else_stmts'], within(around, null), parts);
}

function readBlock(statement: Tree, around: Surroundings, parts: RoutinePart[]): void {
  const block = treeOf(treeOf(statement['exceptions'])['PLpgSQL_exception_block']);
  const handlers = listOf(block['exc_list']).map((each) =>
    treeOf(treeOf(each)['PLpgSQL_exception']),
  );
  const caught = handlers.flatMap(({ conditions }) =>
    listOf(conditions).map((each) => String(treeOf(treeOf(each)['PLpgSQL_condition'])['condname'])),
  );
  const inside = { ...around, caught: [...around.caught, ...caught] };
  readStatements(statement['body'], inside, parts);
  for (const { action } of handlers) readStatements(action, within(around, null), parts);
}

function readIf(statement: Tree, around: Surroundings, parts: RoutinePart[]): void {
  readStatements(statement['then_body'], within(around, condition(statement)), parts);
  for (const each of listOf(statement['elsif_list'])) {
    const branch = treeOf(treeOf(each)['PLpgSQL_if_elsif']);
    readStatements(branch['stmts'], within(around, queryOf(branch['cond'])), parts);
  }
  readStatements(statement['else_body'], within(around, condition(statement)), parts);
}

function condition(statement: Tree): string | null {
  return queryOf(statement['cond']);
}

function within(around: Surroundings, text: string | null): Surroundings {
  const { conditions, caught } = around;
  const more = text === null ? conditions : [...conditions, text];
  return { isConditional: true, conditions: more, caught };
}

/** Whether it contains a RETURN. */
function mayReturn(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(mayReturn);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, each]) => key === 'PLpgSQL_stmt_return' || mayReturn(each),
  );
}

function lineOf({ lineno }: Tree): number {
  return typeof lineno === 'number' ? lineno : 1;
}

function queryOf(expr: unknown): string | null {
  const { query } = treeOf(treeOf(expr)['PLpgSQL_expr']);
  return typeof query === 'string' ? query : null;
}

function treeOf(value: unknown): Tree {
  return typeof value === 'object' && value !== null ? (value as Tree) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
