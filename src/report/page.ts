/** A comparison as one page: self-contained, without a script, readable offline, on a phone and on paper. */
import { createHash } from 'node:crypto';
import type { Report } from '../compare/types.js';
import { fates, settings } from './accounts.js';
import { html, type Markup, trusted } from './html.js';
import { latencyFigures } from './latency.js';
import { method } from './method.js';
import { resultTables } from './results.js';
import { STYLE } from './style.js';
import { tradeOffs } from './tradeoff.js';
import { closedOut, courses, trialFigures } from './trials.js';
import { answer, ratios, titleOf } from './verdict.js';

/** Nothing but the page's own style: no script, no frames, no forms, and nothing from anywhere. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: (report: Report) => Markup;
}

const SECTIONS: readonly Section[] = [
  {
    id: 'ratios',
    title: 'Who is better',
    body: (report) => html`<div class="figures three">${ratios(report)}</div>`,
  },
  { id: 'figures', title: 'All figures', body: resultTables },
  {
    id: 'latency',
    title: 'Latency',
    body: (report) => html`<div class="figures">${latencyFigures(report)}</div>`,
  },
  {
    id: 'trade-off',
    title: 'Trade-offs',
    body: (report) => html`<div class="figures">${tradeOffs(report)}</div>`,
  },
  {
    id: 'trials',
    title: 'Trials',
    body: (report) => html`${closedOut(report)}${trialFigures(report)}`,
  },
  { id: 'time', title: 'Over time', body: courses },
  { id: 'fates', title: 'What became of every record', body: fates },
  { id: 'settings', title: 'Settings', body: settings },
  { id: 'method', title: 'How it was measured', body: method },
];

/** report.html. Takes what `compare` writes as report.json. */
export function renderHtml(report: Report): string {
  const title = titleOf(report);
  const style = trusted(STYLE);
  const links = SECTIONS.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`);
  const sections = SECTIONS.map(
    ({ id, title: name, body }) => html`<section aria-labelledby="${id}">
<h2 id="${id}">${name}</h2>
${body(report)}
</section>
`,
  );
  return `<!doctype html>
${html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>eventmill: ${title}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="soft">${report.startedAt.slice(0, 10)}, eventmill ${report.eventmill}, ${report.sandbox ? 'into the sandbox' : `brokers ${report.brokers}`}</p>
</header>
<main>
<section aria-label="The answer">
${answer(report)}
</section>
<nav aria-label="Sections"><ul>${links}</ul></nav>
${sections}
</main>
<footer><p>One file, no scripts, nothing loaded from anywhere; report.json beside it holds the same for programs.</p></footer>
</body>
</html>
`}`;
}
