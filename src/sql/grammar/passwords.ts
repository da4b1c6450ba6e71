import type { FuncCall, Node } from 'libpg-query';
import type { Password } from '../../core/grammar/access.js';
import { everyExpr } from '../../core/grammar/expressions.js';
import { type ByNode, byNode, walk } from './tree/nodes.js';
import { type Around, elementsOf, nameOf, stringOf, strings } from './tree/raw.js';
import { readExpr } from './read/read-expr.js';

/** Whether the text may contain one, so that most statements need not be searched. */
export function mayHavePassword(text: string): boolean {
  return /passw|dblink|postgres(?:ql)?:\/\//i.test(text);
}

/** The passwords in clear text in a statement; those of its body are found in the body's own statements. */
export function passwordsIn(statement: Node, around: Around): readonly Password[] {
  const own = byNode(readers, statement, around);
  if (own !== null) return own;
  const found: Password[] = [];
  walk(statement, (node) => {
    if ('FuncCall' in node) found.push(...ofCall(node.FuncCall, around));
  });
  return found;
}

type Options = readonly Node[] | undefined;

const readers: ByNode<Around, readonly Password[]> = {
  CreateRoleStmt: ({ role = '', options }, around) => ofRole(role, options, around),
  AlterRoleStmt: ({ role, options }, around) => ofRole(role?.rolename ?? '', options, around),
  CreateUserMappingStmt: ({ servername, options }, around) =>
    ofOptions(`the user mapping for server ${servername ?? ''}`, options, around),
  AlterUserMappingStmt: ({ servername, options }, around) =>
    ofOptions(`the user mapping for server ${servername ?? ''}`, options, around),
  CreateForeignServerStmt: ({ servername, options }, around) =>
    ofOptions(`server ${servername ?? ''}`, options, around),
  AlterForeignServerStmt: ({ servername, options }, around) =>
    ofOptions(`server ${servername ?? ''}`, options, around),
  CreateFdwStmt: ({ fdwname, options }, around) =>
    ofOptions(`foreign data wrapper ${fdwname ?? ''}`, options, around),
  AlterFdwStmt: ({ fdwname, options }, around) =>
    ofOptions(`foreign data wrapper ${fdwname ?? ''}`, options, around),
  CreateForeignTableStmt: ({ base, options }, around) =>
    ofOptions(`foreign table ${base?.relation?.relname ?? ''}`, options, around),
  CreateSubscriptionStmt: ({ subname, conninfo }, around) =>
    ofConnection(`subscription ${subname ?? ''}`, conninfo, around.at),
  AlterSubscriptionStmt: ({ subname, conninfo }, around) =>
    ofConnection(`subscription ${subname ?? ''}`, conninfo, around.at),
};

/** What the server stores for a password, with which nobody can log in. */
const verifier = /^SCRAM-SHA-256\$/;

function ofRole(role: string, options: Options, around: Around): readonly Password[] {
  return ofOptions(`role ${role}`, options, around);
}

function ofOptions(of: string, options: Options, { indexOf }: Around): readonly Password[] {
  return elementsOf(options).flatMap(({ defname, arg, location }) => {
    const value = defname === 'password' ? (stringOf(arg) ?? '') : '';
    return value === '' || verifier.test(value) ? [] : [{ of, at: indexOf(location) }];
  });
}

/** `password=…` as keyword and value, or in a URL; neither an empty one nor a placeholder of format(). */
const inConnection =
  /(?:^|\s)password\s*=\s*(?!'*%|''|\s|$)|^\s*postgres(?:ql)?:\/\/[^/@\s]*:(?!%[sIL])[^@/\s]+@|[?&]password=(?!%[sIL])[^&\s]/i;

function ofConnection(of: string, text: string | undefined, at: number): readonly Password[] {
  return inConnection.test(text ?? '') ? [{ of, at }] : [];
}

/** dblink('…'), dblink_connect('name', '…') and the like. */
function ofCall({ funcname, args = [] }: FuncCall, around: Around): readonly Password[] {
  const { name } = nameOf(strings(funcname), 0);
  if (!name.startsWith('dblink')) return [];
  return args
    .flatMap((arg) => Array.from(everyExpr(readExpr(arg, around))))
    .flatMap((expr) =>
      expr.kind === 'constant'
        ? ofConnection(`a connection of ${name}`, expr.value ?? '', expr.at)
        : [],
    );
}
