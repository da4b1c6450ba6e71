/**
 * The table of options for the docs, from what the program itself reads.
 *
 * `commands`: those of src/cli/list.ts. The functions are those of src/cli/config/table/options.ts.
 */
export function optionsTable(commands, { allOptions, variablesOf, describeDefault }) {
  const takersOf = (option) =>
    Object.values(commands)
      .filter(({ options }) => options.includes(option))
      .map(({ name }) => name);
  const most = Math.max(...allOptions().map((option) => takersOf(option).length));
  const rows = allOptions().map((option) => [
    option.flag === null ? '' : code(option.flag),
    variablesOf(option).map(code).join(', '),
    cell(describeDefault(option, null)),
    takersOf(option).length === most ? 'all' : takersOf(option).join(', '),
    cell(option.help),
  ]);
  return table(['flag', 'variable', 'default', 'commands', 'meaning'], rows);
}

function table(titles, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text) {
  return `\`${cell(text)}\``;
}

/** A `|` would begin another column. */
function cell(text) {
  return text.replaceAll('|', '\\|');
}
