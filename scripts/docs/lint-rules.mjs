/**
 * The pages of the rules of `pgm lint` and their list, from the rules themselves (`rules` of src/lint/rules/list.ts).
 * `exampleText`: an example for people.
 */
export function rulePage({ name, family, severity, summary, why, instead, examples }, exampleText) {
  const block = (example) => `\`\`\`sql\n${exampleText(example)}\n\`\`\``;
  const [bad] = examples.bad;
  return [
    `# ${name}`,
    '<!-- Written by npm run docs from the rule. -->',
    `${capital(summary)}. Family *${family}*, severity *${severity}*.`,
    why,
    '## Found',
    block(bad),
    '## Instead',
    `${capital(instead)}.`,
    block(examples.good.at(-1)),
    '## To suppress it',
    `On a line right before the statement, or at the top of the file for all of it:`,
    `\`\`\`sql\n-- pgm:ignore ${name} because …\n\`\`\``,
    '[All rules](../lint.md#rules)',
  ]
    .join('\n\n')
    .concat('\n');
}

/** One table per family. `families`: in their order. */
export function rulesTables(rules, families) {
  return families
    .map((family) => [family, rules.filter((rule) => rule.family === family)])
    .filter(([, own]) => own.length > 0)
    .map(([family, own]) => [`### ${family}`, table(own)].join('\n\n'))
    .join('\n\n');
}

function table(rules) {
  const rows = rules.map(
    ({ name, severity, summary }) =>
      `| [\`${name}\`](lint/${name}.md) | ${severity} | ${summary.replaceAll('|', '\\|')} |`,
  );
  return ['| rule | severity | finds |', '| --- | --- | --- |', ...rows].join('\n');
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
