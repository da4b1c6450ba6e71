import { partsStyle } from './style-parts.js';

/** Colours, type and the frame. All text has a contrast of at least 4.5 to 1, in light and dark mode. */
const shapeStyle = `
:root {
  color-scheme: light dark;
  --page: #f6f6f4; --card: #fff; --sunk: #f1f1ee; --text: #1c1e22; --quiet: #5a606b; --line: #e1e1dd; --strong: #c9c9c4;
  --good: #17703f; --bad: #b3261e; --away: #8a5200; --busy: #1f5db8;
  --good-wash: #eaf5ee; --bad-wash: #fcedeb; --away-wash: #fbf2e2; --busy-wash: #eaf1fb;
  --on: #fff;
  --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', 'JetBrains Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e1013; --card: #16191e; --sunk: #101317; --text: #e8eaee; --quiet: #9ca4b1; --line: #262a31; --strong: #3a404a;
    --good: #5fd190; --bad: #ff8d83; --away: #f0b95c; --busy: #86b4ff;
    --good-wash: #12241a; --bad-wash: #2a1614; --away-wash: #271e0f; --busy-wash: #131f33;
    --on: #0e1013;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { text-size-adjust: 100%; -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem) 3rem; max-width: 80rem;
  background: var(--page); color: var(--text);
  font: 0.9375rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', sans-serif;
  font-variant-numeric: tabular-nums;
}
h1, h2, h3, p, dl, dd, ol, ul, figure, pre { margin: 0; padding: 0; }
ol, ul { list-style: none; }
code, pre, .key { font-family: var(--mono); font-size: 0.92em; }
code, .key { overflow-wrap: anywhere; unicode-bidi: isolate; }
small { font-size: 0.8125rem; color: var(--quiet); }
a { color: inherit; text-underline-offset: 0.2em; }
:focus-visible { outline: 2px solid var(--busy); outline-offset: 2px; border-radius: 3px; }
[hidden] { display: none !important; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.none, .aside, .as-of, .number { color: var(--quiet); }
.nowrap { white-space: nowrap; }

header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.25rem 1rem; padding: 1.25rem 0 1rem; }
.brand { font: 700 1.125rem/1 var(--mono); letter-spacing: -0.02em; }
.place { flex: 1 1 14rem; color: var(--quiet); font-size: 0.875rem; }
.slash { color: var(--quiet); }
.clock { color: var(--quiet); font-size: 0.875rem; }
footer {
  display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; justify-content: space-between;
  margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: 0.8125rem;
}
footer nav { display: flex; gap: 1rem; }
footer a { font-family: var(--mono); }

main > section { margin-top: 2.25rem; }
h2 { font-size: 1.0625rem; font-weight: 650; letter-spacing: -0.01em; margin-bottom: 0.75rem; }
h3 { font-size: 0.9375rem; font-weight: 600; }
.as-of, .number { font-size: 0.8125rem; font-weight: 400; letter-spacing: 0; }
.as-of { margin-left: 0.375rem; padding: 0.125rem 0.5rem; border: 1px dashed var(--strong); border-radius: 1rem; white-space: nowrap; }

#lost {
  position: sticky; top: 0.5rem; z-index: 1; padding: 0.625rem 1rem; margin-bottom: 0.75rem;
  border-radius: 0.5rem; background: var(--away); color: var(--on); font-weight: 600;
}
[data-lost] .verdict { filter: grayscale(1); }
[data-lost] .pulse { animation: none; }

.s-applied { color: var(--good); fill: var(--good); }
.s-pending, .s-unknown { color: var(--quiet); fill: var(--strong); }
.s-changed, .s-missing { color: var(--away); fill: var(--away); }
.s-failed { color: var(--bad); fill: var(--bad); }
.s-held { color: var(--busy); fill: var(--busy); }
.sign { flex: none; display: inline-block; width: 1.25em; text-align: center; font-weight: 700; }
.badge { white-space: nowrap; font-weight: 600; }
.shares { display: block; width: 100%; height: 0.375rem; border-radius: 1rem; background: var(--line); }
.shares rect { stroke: var(--card); stroke-width: 1px; }

@media (prefers-reduced-motion: no-preference) {
  .pulse { animation: pulse 1.6s ease-in-out infinite; }
  @keyframes pulse { 50% { opacity: 0.25; } }
}
@media (forced-colors: active) {
  .verdict, .trouble, .schema { border: 1px solid CanvasText; }
}
@media print {
  body { max-width: none; padding: 0; }
  footer nav { display: none; }
}
`;

/** The whole style of the page. Constant, because the content security policy contains its hash. */
export const style = shapeStyle + partsStyle;
