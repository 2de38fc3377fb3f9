/** The report's style, a constant text, so that its hash can stand in the Content-Security-Policy. */
import { LOOKS } from './looks.js';

/** Dark enough on paper, and light enough on black, for small text (WCAG AA); the same as the live page's. */
const LIGHT = `--ink: #1c2530; --soft: #566270; --paper: #fbfbfa; --raised: #fff; --rule: #d9dee3; --bad: #b3261e; --good: #1b6e3c; --press: #1d4ed8;
  --look-0: #0063b1; --look-1: #c2410c; --look-2: #0f766e; --look-3: #9d2f86; --look-4: #7a5c00; --look-5: #4b5563;`;
const DARK = `--ink: #e4e8ec; --soft: #9aa6b2; --paper: #14181d; --raised: #1b2127; --rule: #313a44; --bad: #ff8a80; --good: #7bd69b; --press: #93b4ff;
  --look-0: #5cb3ff; --look-1: #ff9d5c; --look-2: #4fd8bd; --look-3: #f2a0dc; --look-4: #e6c74c; --look-5: #c3cad3;`;
/** For those who do not tell colours apart. */
const DASHES = ['none', '8 4', '2 3', '10 3 2 3', '5 5', '1 4'];
const looks = Array.from({ length: LOOKS }, (_, i) => i);

export const STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; padding-top: .5rem; border-top: 2px solid var(--rule); }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p { margin: .25rem 0 .5rem; max-width: 48rem; }
.soft, footer, small { color: var(--soft); }
.good { color: var(--good); }
.bad { color: var(--bad); }
.answer { font-size: 1.2rem; margin: .75rem 0; }
ul { margin: .25rem 0; padding-left: 1.2rem; }
.verdicts li, .notes li { margin: .2rem 0; max-width: 60rem; }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .1rem 1rem; margin: 1rem 0; }
nav a { display: inline-block; padding: .2rem 0; }
a { color: inherit; }
:focus-visible { outline: 2px solid var(--press); outline-offset: 2px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); gap: 1rem; align-items: start; }
.figures.three { grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); }
.multiples { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 16.5rem), 1fr)); gap: .75rem; }
figure { margin: 0; min-width: 0; background: var(--raised); border: 1px solid var(--rule); border-radius: .5rem; padding: .75rem; }
figcaption h3 { margin: 0; }
figcaption p { font-size: .9rem; color: var(--soft); }
.multiples figcaption { font-weight: 600; font-size: .9rem; overflow-wrap: anywhere; }
figure svg[role] { display: block; width: 100%; height: auto; overflow: visible; }
svg text { font: 11.5px system-ui, sans-serif; fill: var(--soft); font-variant-numeric: tabular-nums; }
svg .name { fill: var(--ink); font-weight: 600; }
svg text { paint-order: stroke; stroke: var(--raised); stroke-width: 3px; }
.grid { stroke: var(--rule); fill: none; }
.axis, .spread { stroke: var(--soft); fill: none; }
.spread { opacity: .6; }
.baseline { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 4 3; }
.halo { fill: none; stroke: var(--ink); stroke-width: 1.5; }
.line { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
.thin { stroke-width: 1.4; stroke-dasharray: none !important; }
.out { stroke-dasharray: 2 3 !important; opacity: .7; }
.interval { fill: none; stroke-width: 7; opacity: .4; }
.mark { stroke: var(--raised); stroke-width: 1; }
${looks.map((i) => `.line.look-${i} { stroke: var(--look-${i}); stroke-dasharray: ${DASHES[i]}; } .interval.look-${i} { stroke: var(--look-${i}); } .mark.look-${i} { fill: var(--look-${i}); } .hollow.look-${i} { fill: var(--raised); stroke: var(--look-${i}); stroke-width: 1.5; }`).join('\n')}
.stage-0 { fill: var(--look-4); } .stage-1 { fill: var(--look-0); } .stage-2 { fill: var(--look-3); } .stage-3 { fill: var(--look-2); } .stage-4 { fill: var(--look-1); }
.legend { list-style: none; padding: 0; margin: .5rem 0 0; display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; font-size: .9rem; }
.legend li { overflow-wrap: anywhere; }
.legend svg { vertical-align: middle; }
.scroll { overflow-x: auto; margin: .5rem 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .9rem; }
th, td { padding: .35rem .5rem; border-bottom: 1px solid var(--rule); text-align: right; vertical-align: top; white-space: nowrap; }
th:first-child, .left { text-align: left; }
tbody th { font-weight: 600; }
thead th { border-bottom-width: 2px; }
td small { display: block; font-size: .8rem; }
dl { margin: .5rem 0; }
dl > div { display: grid; grid-template-columns: 9rem 1fr; gap: 0 1rem; padding: .2rem 0; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
.terms { font-size: .9rem; color: var(--soft); }
details { margin: .5rem 0; }
summary { cursor: pointer; padding: .2rem 0; }
pre { overflow-x: auto; background: var(--raised); border: 1px solid var(--rule); border-radius: .5rem; padding: .75rem; font-size: .85rem; }
footer { margin-top: 3rem; font-size: .9rem; }
@media (max-width: 40rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, th, td { display: block; width: auto; }
  tr { border-bottom: 2px solid var(--rule); padding: .4rem 0; }
  tbody th, td { border: 0; padding: .15rem 0; text-align: left; white-space: normal; }
  td { display: grid; grid-template-columns: 8.5rem 1fr; gap: 0 .75rem; }
  td::before { content: attr(data-title); color: var(--soft); grid-row: span 3; }
  td small { grid-column: 2; }
  dl > div { grid-template-columns: 1fr; }
  svg text { font-size: 13px; }
}
@media print {
  body { max-width: none; font-size: 10pt; padding: 0; }
  nav, details:not([open]) { display: none; }
  figure, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .scroll { overflow: visible; }
  th, td { white-space: normal; padding: .2rem .3rem; font-size: 8pt; }
}
`;
