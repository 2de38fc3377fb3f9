/** The page's style and script, constant texts, so that their hashes can stand in the Content-Security-Policy. */

export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2530; --soft: #5b6875; --paper: #fbfbfa; --rule: #d9dee3; --bad: #b3261e; --good: #1b6e3c; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8ec; --soft: #9aa6b2; --paper: #14181d; --rule: #313a44; --bad: #ff8a80; --good: #7bd69b; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.3rem; margin: 0; }
h2 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { margin: .25rem 0; }
.soft, footer { color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: .25rem; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--rule); text-align: right; white-space: nowrap; }
th:first-child { text-align: left; }
thead th { font-weight: 600; border-bottom-width: 2px; }
.bad { color: var(--bad); }
.good { color: var(--good); }
a { color: inherit; }
footer { margin-top: 2rem; font-size: .9rem; }
@media (max-width: 40rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, th, td { display: block; width: auto; }
  tr { border-bottom: 2px solid var(--rule); padding: .4rem 0; }
  th, td { border: 0; padding: .1rem 0; text-align: left; }
  td { display: flex; justify-content: space-between; }
  td::before { content: attr(data-title); color: var(--soft); }
}
`;

export const SCRIPT = `
const state = document.getElementById('connection');
async function refresh() {
  try {
    const answer = await fetch('/', { cache: 'no-store' });
    if (!answer.ok) throw new Error(answer.status);
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const figures = [...document.querySelectorAll('[data-figure]')];
    const updated = [...fresh.querySelectorAll('[data-figure]')];
    const same = figures.length === updated.length && figures.every((one, at) => one.dataset.figure === updated[at].dataset.figure);
    if (!same) document.querySelector('main').replaceWith(document.adoptNode(fresh.querySelector('main')));
    else figures.forEach((one, at) => {
      if (one.textContent !== updated[at].textContent) one.textContent = updated[at].textContent;
      if (one.className !== updated[at].className) one.className = updated[at].className;
    });
    state.textContent = 'Live, each second.';
  } catch {
    state.textContent = 'eventmill has ended or cannot be reached; these are the last figures.';
  }
  setTimeout(refresh, document.hidden ? 5000 : 1000);
}
setTimeout(refresh, 1000);
`;
