/** How many variables of types that the parser does not know are handled. */
const mostUnknown = 50;

/**
 * The result of PL/pgSQL's parser for a routine. It does not know the types of a database, and so not the fields of a
 * variable of such a type: `line.total := 1` is an error to it, though not to a server. Such a variable is declared to it
 * as a record, which has any field. Throws whatever else the parser throws.
 */
export function parseRoutine(text: string, parse: (text: string) => unknown): unknown {
  let tried = text;
  for (let round = 0; round < mostUnknown; round += 1) {
    try {
      return parse(tried);
    } catch (error) {
      const variable = unknownVariable(error);
      const declared = variable === null ? tried : asRecord(tried, variable);
      if (declared === tried) throw error;
      tried = declared;
    }
  }
  return parse(tried);
}

function unknownVariable(error: unknown): string | null {
  const message = error instanceof Error ? error.message : '';
  return /^"(\w+)\.[^"]+" is not a known variable$/.exec(message)?.[1] ?? null;
}

/** Keeps the lines as they are: the parser reports the place of a statement by its line. */
function asRecord(text: string, variable: string): string {
  const declaration = new RegExp(
    String.raw`((?:\bDECLARE|;)(?:\s|--[^\n]*\n)+${variable}\s+)(?!RECORD\b)([\w."$]+(?:\s*%\s*ROWTYPE)?)`,
    'i',
  );
  return text.replace(
    declaration,
    (_, before: string, type: string) => `${before}RECORD${'\n'.repeat(linesIn(type))}`,
  );
}

function linesIn(text: string): number {
  return text.split('\n').length - 1;
}
