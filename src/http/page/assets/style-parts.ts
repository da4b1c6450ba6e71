/** The parts of the page, from top to bottom. */
export const partsStyle = `
.tone-good { --tone: var(--good); --wash: var(--good-wash); }
.tone-bad { --tone: var(--bad); --wash: var(--bad-wash); }
.tone-away { --tone: var(--away); --wash: var(--away-wash); }
.tone-busy { --tone: var(--busy); --wash: var(--busy-wash); }
main > .verdict { margin-top: 0; }
.verdict {
  display: grid; grid-template-columns: auto minmax(0, 1fr) fit-content(18rem); align-items: center; gap: 0.75rem 1.25rem;
  padding: clamp(1rem, 3vw, 1.75rem); border: 1px solid var(--line); border-radius: 0.875rem; background: var(--wash);
}
.icon { width: clamp(2.5rem, 8vw, 3.75rem); height: auto; display: block; }
.icon .ground { fill: var(--tone); }
.icon .line { fill: none; stroke: var(--on); stroke-width: 3.2; stroke-linecap: round; stroke-linejoin: round; }
h1 { font-size: clamp(1.625rem, 5vw, 2.375rem); line-height: 1.15; font-weight: 700; letter-spacing: -0.025em; color: var(--tone); }
.reason { font-size: 1.0625rem; overflow-wrap: anywhere; }
.activity {
  display: inline-flex; align-items: center; gap: 0.5rem; padding: 0.25rem 0.75rem; border-radius: 1rem;
  border: 1px solid var(--line); background: var(--card); font-size: 0.875rem; overflow-wrap: anywhere; min-width: 0;
}
.pulse { width: 0.5rem; height: 0.5rem; border-radius: 50%; background: var(--busy); flex: none; }
.counts { grid-column: 1 / -1; margin-top: 0.5rem; }
.counts .shares { height: 0.5rem; }
.counts ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin-top: 0.625rem; font-size: 0.875rem; }
.counts .as-of { display: inline-block; margin: 0.625rem 0 0; }
.counts .badge { font-weight: 400; }
.counts .s-pending { color: var(--text); }
.stale { margin-top: 0.75rem; padding: 0.75rem 1rem; border: 1px dashed var(--away); border-radius: 0.625rem; background: var(--away-wash); }

main > .facts { margin-top: 1.25rem; }
.facts dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 1rem; }
.facts dt, th, .helps dt { color: var(--quiet); font-size: 0.75rem; font-weight: 500; letter-spacing: 0.01em; }
.facts dd { overflow-wrap: anywhere; }
.facts small { display: block; }

.trouble {
  --tone: var(--away); margin-top: 0.625rem; padding: 0.875rem 1.125rem; background: var(--card);
  border: 1px solid var(--line); border-left: 3px solid var(--tone); border-radius: 0.5rem;
}
.e-failed { --tone: var(--bad); }
.e-held { --tone: var(--busy); }
.trouble h3 { display: flex; flex-wrap: wrap; gap: 0 0.75rem; }
.remarks { color: var(--quiet); font-size: 0.875rem; overflow-wrap: anywhere; }
.message { margin-top: 0.5rem; overflow-wrap: anywhere; }
.sqlstate { color: var(--quiet); margin-left: 0.5rem; }
pre {
  margin-top: 0.625rem; padding: 0.625rem 0.875rem; overflow-x: auto; border-radius: 0.375rem;
  background: var(--sunk); border: 1px solid var(--line); line-height: 1.45;
}
pre code { font-size: 0.8125rem; overflow-wrap: normal; }
.gutter { color: var(--quiet); user-select: none; }
pre mark { background: none; color: var(--bad); font-weight: 700; text-decoration: underline; text-underline-offset: 0.2em; }
.caret { color: var(--bad); font-weight: 700; }
.helps { display: grid; gap: 0.375rem; margin-top: 0.625rem; font-size: 0.875rem; }
.helps:empty { display: none; }
.helps div { display: grid; grid-template-columns: 4rem 1fr; align-items: baseline; }
.helps dd { overflow-wrap: anywhere; }

.sides { table-layout: fixed; }
.sides th:first-child { width: 20%; }
.sides td { white-space: pre-wrap; }
.sides .side { display: none; }
.sides .expected { color: var(--good); }
.sides .actual { color: var(--bad); }
.trouble > h3 > .badge { color: var(--tone); }

.columns { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); gap: 1rem; align-items: start; }
.schema { padding: 1rem 1.125rem; background: var(--card); border: 1px solid var(--line); border-radius: 0.625rem; min-width: 0; }
.schema h3 { font-family: var(--mono); overflow-wrap: anywhere; }
.tally { color: var(--quiet); font-size: 0.8125rem; margin-bottom: 0.5rem; }
.schema > .shares { margin-bottom: 0.75rem; }
.file, .schema summary { display: flex; flex-wrap: wrap; gap: 0 0.5rem; align-items: baseline; padding: 0.1875rem 0; font-size: 0.875rem; }
.file .key { flex: 0 1 auto; min-width: 0; max-width: calc(100% - 2em); }
.schema .aside { margin-left: auto; font-size: 0.8125rem; white-space: nowrap; }
.late { color: var(--away); margin-right: 0.375rem; }
summary { cursor: pointer; border-radius: 0.25rem; }
.schema summary { list-style: none; }
.schema summary::-webkit-details-marker { display: none; }
.schema summary .aside::after { content: ' ▸'; }
.schema [open] > summary .aside::after { content: ' ▾'; }
.schema summary:hover { background: var(--sunk); }
.schema [open] > ol { border-left: 1px solid var(--line); margin-left: 0.5rem; padding-left: 0.375rem; }
.attention > details, .asides details, main > section > details { margin-top: 0.75rem; }
.attention summary, .asides summary, main > section > details > summary { color: var(--quiet); font-size: 0.875rem; width: fit-content; }

.timeline { padding: 1rem 1.125rem 0.625rem; background: var(--card); border: 1px solid var(--line); border-radius: 0.625rem; }
.bars { display: block; width: 100%; height: 4.5rem; overflow: visible; }
.bars rect { stroke: currentColor; stroke-width: 3px; stroke-linejoin: round; }
.bars .s-changed rect { fill-opacity: 0.35; stroke-dasharray: 3 3; }
.floor { stroke: var(--line); stroke-width: 1px; }
figcaption { display: flex; justify-content: space-between; gap: 1rem; margin-top: 0.5rem; color: var(--quiet); font-size: 0.75rem; }
table { width: 100%; margin-top: 0.5rem; border-collapse: collapse; font-size: 0.875rem; }
th { text-align: left; padding: 0.375rem 0.75rem 0.375rem 0; }
td { padding: 0.375rem 0.75rem 0.375rem 0; border-top: 1px solid var(--line); vertical-align: baseline; overflow-wrap: anywhere; }
.amount { text-align: right; white-space: nowrap; }
th.amount, td.amount { padding-right: 1.5rem; }
.runs th:last-child, .attempts th:nth-child(2) { width: 45%; }
td .why { display: block; }
.why { color: var(--quiet); }
time { white-space: nowrap; }

.asides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 0.75rem 2.25rem; }
.asides h2 { grid-column: 1 / -1; margin: 0; }
.asides .group { min-width: 0; }
.asides h3 { font-size: 0.875rem; }
.asides li { font-size: 0.875rem; overflow-wrap: anywhere; padding: 0.125rem 0; }

@media (max-width: 44rem) {
  .verdict { grid-template-columns: auto minmax(0, 1fr); }
  .activity { grid-column: 1 / -1; justify-self: start; }
  .helps div { grid-template-columns: 1fr; }
  figcaption span:nth-child(2) { display: none; }
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  table, tbody, tr, td { display: block; }
  tr { display: flex; flex-wrap: wrap; gap: 0.125rem 0.75rem; padding: 0.5rem 0; border-top: 1px solid var(--line); }
  td, td.amount { padding: 0; border: 0; min-width: 0; max-width: 100%; text-align: left; }
  td:empty { display: none; }
  td.why, .attempts td:nth-child(2) { flex-basis: 100%; }
  .sides th:first-child, .sides td { width: auto; flex-basis: 100%; }
  .sides .side { display: inline; margin-right: 0.5rem; color: var(--quiet); }
}
`;
