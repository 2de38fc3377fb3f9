/** The page's style, a constant text, so that its hash can stand in the Content-Security-Policy. */

const LIGHT = `--ink: #1c2530; --soft: #566270; --paper: #fbfbfa; --raised: #fff; --rule: #d9dee3; --bad: #b3261e; --good: #1b6e3c; --press: #1d4ed8;
  --line-0: #0063b1; --line-1: #c2410c; --line-2: #0f766e; --line-3: #9d2f86; --line-4: #7a5c00; --line-5: #4b5563;`;
const DARK = `--ink: #e4e8ec; --soft: #9aa6b2; --paper: #14181d; --raised: #1b2127; --rule: #313a44; --bad: #ff8a80; --good: #7bd69b; --press: #93b4ff;
  --line-0: #5cb3ff; --line-1: #ff9d5c; --line-2: #4fd8bd; --line-3: #f2a0dc; --line-4: #e6c74c; --line-5: #c3cad3;`;

export const STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.3rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { margin: .25rem 0; }
.soft, footer { color: var(--soft); }
.tools { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center; justify-content: space-between; }
.scroll { overflow-x: auto; }
:focus-visible { outline: 2px solid var(--press); outline-offset: 2px; }
button, input, select { font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--soft); border-radius: .35rem; padding: .2rem .7rem; min-height: 2.1rem; }
button { cursor: pointer; }
button:disabled { opacity: .55; cursor: default; }
button[aria-pressed="true"] { border-color: var(--press); box-shadow: inset 0 0 0 1px var(--press); font-weight: 600; }
fieldset { border: 1px solid var(--rule); border-radius: .5rem; margin: 0 0 .75rem; padding: .5rem .75rem .75rem; min-width: 0; }
fieldset > button { margin: .2rem .3rem .2rem 0; }
legend { padding: 0 .3rem; }
output { font-weight: 600; overflow-wrap: anywhere; }
#faults ul { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: .35rem 1.5rem; }
#faults li { display: grid; grid-template-columns: 13rem 1fr; gap: .1rem .75rem; align-items: center; }
form { display: flex; flex-wrap: wrap; gap: .3rem .6rem; align-items: center; margin-top: .6rem; }
#said { white-space: pre-line; }
#charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 1rem; margin-top: 1rem; }
figure { margin: 0; min-width: 0; background: var(--raised); border: 1px solid var(--rule); border-radius: .5rem; padding: .6rem .75rem; }
figcaption { display: flex; flex-wrap: wrap; gap: 0 .6rem; align-items: baseline; }
figcaption label { margin-left: auto; }
.plot { margin: .3rem 0; min-height: 170px; overflow: hidden; }
.values { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0 1.2rem; font-variant-numeric: tabular-nums; }
.values li::before { content: ""; display: inline-block; width: 1.4rem; border-top: 3px solid; vertical-align: middle; margin-right: .4rem; }
${[0, 1, 2, 3, 4, 5].map((line) => `.values .line-${line}::before { border-color: var(--line-${line}); ${line === 0 ? '' : `border-top-style: ${line % 2 === 1 ? 'dashed' : 'dotted'};`} }`).join('\n')}
#fates { grid-column: 1 / -1; }
.fate { display: grid; grid-template-columns: 8rem 1fr; gap: 0 .75rem; align-items: center; padding: .3rem 0; font-variant-numeric: tabular-nums; }
.fate b { overflow-wrap: anywhere; }
.fate .counts { grid-column: 2; color: var(--soft); }
.bar { display: flex; height: .9rem; background: var(--rule); border-radius: .2rem; overflow: hidden; }
.fate-acked { background: var(--good); }
.fate-written { background: var(--line-0); }
.fate-pending { background: var(--line-4); }
.fate-failed, .fate-expired, .fate-dropped { background: var(--bad); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: .25rem; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--rule); text-align: right; white-space: nowrap; }
th:first-child { text-align: left; }
thead th { font-weight: 600; border-bottom-width: 2px; }
.bad { color: var(--bad); }
.good { color: var(--good); }
.events { max-height: 18rem; overflow-y: auto; border: 1px solid var(--rule); border-radius: .5rem; background: var(--raised); }
#sample { list-style: none; margin: 0; padding: .25rem .6rem; font-size: .85rem; }
#sample li { padding: .25rem 0; border-bottom: 1px solid var(--rule); }
#sample code { display: block; overflow-wrap: anywhere; font-size: .8rem; }
a { color: inherit; }
footer { margin-top: 2rem; font-size: .9rem; }
@media (max-width: 40rem) {
  body { padding: .75rem; }
  caption { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, th, td { display: block; width: auto; }
  tr { border-bottom: 2px solid var(--rule); padding: .4rem 0; }
  th, td { border: 0; padding: .1rem 0; text-align: left; }
  td { display: flex; justify-content: space-between; }
  td::before { content: attr(data-title); color: var(--soft); }
  #faults li { grid-template-columns: 1fr; }
  fieldset > button { flex: 1; }
  .fate { grid-template-columns: 1fr; }
  .fate .counts { grid-column: 1; }
}
@media print {
  body { max-width: none; padding: 0; }
  #controls, #hold, #events, #connection, footer { display: none; }
  figure, table, .fate { break-inside: avoid; }
  #charts { grid-template-columns: 1fr 1fr; }
  .bar, .values li::before { print-color-adjust: exact; }
}
`;
