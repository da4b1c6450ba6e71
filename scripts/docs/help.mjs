/** What `pgm --help` prints, 80 columns wide, as a block of Markdown. `program`: commander's, as `declare` makes it. */
export function helpBlock(program) {
  let text = '';
  program.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => 80,
    getOutHasColors: () => false,
  });
  program.outputHelp();
  return `\`\`\`text\n${text.trim()}\n\`\`\``;
}
