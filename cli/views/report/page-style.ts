/** Colours of the palette. */
const colors = 8;

/** The class of what is drawn in a colour of the palette; a ninth has the first one's again. */
export function colorClass(color: number): string {
  return `c${color % colors}`;
}

/** The style of a report: light and dark by the reader's setting, on paper, and from 360 px on. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1c1e21; --soft: #5c636b; --line: #d9dde2; --paper: #fff; --panel: #f6f7f9; --good: #0a6b3d;
  --c0: #0b62b3; --c1: #cf5300; --c2: #0b8457; --c3: #a9468c; --c4: #8a6d00; --c5: #2b9fc9; --c6: #6b4fc4; --c7: #6b737c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #a0a7af; --line: #3a3f46; --paper: #15171a; --panel: #1e2125;
  --good: #5fd39a; --c0: #69aef5; --c1: #ff9a52; --c2: #4fc792; --c3: #e08cc6; --c4: #d9bb4a; --c5: #74d0f2; --c6: #b09bf5; --c7: #b3bac2; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1rem 4rem; max-width: 62rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.15rem; margin: 2.4rem 0 .6rem; }
h3 { font-size: .95rem; margin: 0; }
p { margin: .2rem 0 .6rem; }
.lead { font-size: 1.05rem; }
.soft, figcaption p, .tick { color: var(--soft); }
figcaption p { font-size: .85rem; margin: 0 0 .3rem; }
figure { margin: 0 0 1.4rem; }
.scores { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(21rem, 100%), 1fr)); gap: 1rem 2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .9rem .3rem 0; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; position: sticky; left: 0; background: var(--paper); }
thead th { vertical-align: bottom; font-weight: 600; }
thead small, td small { display: block; font-weight: 400; color: var(--soft); }
td.best { color: var(--good); font-weight: 600; }
td.best small { color: inherit; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.2rem; margin: .6rem 0; font-size: .9rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
ul.plain { margin: .4rem 0; padding-left: 1.1rem; }
svg { display: block; width: 100%; height: auto; font-size: 11px; }
svg:focus-visible { outline: 2px solid var(--c0); outline-offset: 3px; }
.tick { fill: var(--soft); }
.tick.best { fill: var(--good); font-weight: 600; }
.grid { stroke: var(--line); stroke-width: 1; }
.line { fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linejoin: round; }
.bar { stroke: currentColor; stroke-width: 2; }
.dot { fill: currentColor; }
.cursor { stroke: var(--soft); stroke-dasharray: 3 3; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; margin: .2rem 0 .4rem; padding: 0; font-size: .85rem; }
.legend output { color: var(--soft); font-variant-numeric: tabular-nums; }
.swatch { display: inline-block; width: .9em; height: .22em; margin-right: .4em; vertical-align: middle; background: currentColor; border-radius: 2px; }
${Array.from({ length: colors }, (_, i) => `.c${i} { color: var(--c${i}); }`).join('\n')}
.legend li { color: var(--ink); }
@media print { body { max-width: none; padding: 0; font-size: 11pt; } h2 { break-after: avoid; } figure, table { break-inside: avoid; } }
@page { size: A4; margin: 16mm; }
`;
