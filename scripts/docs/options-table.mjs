/**
 * The table of settings for the README, out of the list that the program itself reads (src/cli/config/options.ts).
 *
 * `options`: that list. `words`: `variablesOf` and `describeDefault` of src/cli/config/option.ts.
 */
export function optionsTable(options, { variablesOf, describeDefault }) {
  const rows = options.map((option) => [
    option.flag === null ? '' : code(option.flag),
    variablesOf(option).map(code).join(', '),
    cell(describeDefault(option.default, null)),
    option.commands.length === mostCommands(options) ? 'all' : option.commands.join(', '),
    cell(option.help),
  ]);
  return table(['flag', 'variable', 'default', 'commands', 'meaning'], rows);
}

function mostCommands(options) {
  return Math.max(...options.map(({ commands }) => commands.length));
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
