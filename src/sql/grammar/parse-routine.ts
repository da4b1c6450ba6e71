/** More variables of types that the parser does not know are not looked for. */
const mostUnknown = 50;

/**
 * What the parser of PL/pgSQL makes of a routine. It knows no types of a database, and so no fields of a variable of such
 * a type: `line.total := 1` is an error then, which a server has no reason for. Such a variable is declared as a record for
 * it, which has any field. Throws what else the parser throws.
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

/** The lines stay as they are: the parser tells the place of a statement by its line. */
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
