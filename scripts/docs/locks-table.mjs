/**
 * The tables of docs/locks.md, from what was measured (docs/locks.json) and from who waits for which lock
 * (`shutOutBy` of src/core/proof/database/lock-modes.ts).
 */
export function locksTable(rows, group, { shutOutBy }) {
  const titles = ['statement', 'measured', 'who waits', 'the manual', 'remarks'];
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const some = rows.filter((row) => row.group === group);
  return [
    line(titles),
    line(titles.map(() => '---')),
    ...some.map((row) =>
      line([
        `\`${cell(row.statement)}\``,
        cell(measuredWords(row.measured)),
        waiting(row.measured, shutOutBy),
        cell(row.manual),
        cell(row.note),
      ]),
    ),
  ].join('\n');
}

/** `t: SHARE` if all versions agree, else `14 to 17: t: SHARE; 18: …`. */
function measuredWords(measured) {
  const byText = grouped(measured);
  if (byText.size === 1) {
    const [[text, entries]] = byText;
    const [first] = entries.map(([version]) => version);
    return first === '14' ? text : `from ${first}: ${text}`;
  }
  return Array.from(
    byText,
    ([text, entries]) => `${entries.map(([version]) => version).join(', ')}: ${text}`,
  ).join('; ');
}

function grouped(measured) {
  const byText = new Map();
  for (const entry of Object.entries(measured)) {
    const text = words(entry[1]);
    byText.set(text, [...(byText.get(text) ?? []), entry]);
  }
  return byText;
}

function words(tables) {
  return tables.length === 0 ? 'nothing that others wait for' : tables.join('; ');
}

/** For the strongest lock of all tables and versions. */
function waiting(measured, shutOutBy) {
  const modes = Object.values(measured)
    .flat()
    .map((text) => shutOutBy(/: ([A-Z ]+)/.exec(text)[1]));
  const order = ['readers and writers', 'writers', 'other definitions'];
  return order.find((who) => modes.includes(who)) ?? 'nobody';
}

/** A `|` would begin another column. */
function cell(text) {
  return text.replaceAll('|', '\\|');
}
