/** The live page as HTML, from a snapshot: complete without scripts, and kept up to date by those in browser/. */
import { createHash } from 'node:crypto';
import { chartTexts } from '../charts/library.js';
import type { Snapshot } from '../types.js';
import { LESSONS } from './lessons.js';
import { accountsOf, COLUMNS, rowOf, statusOf } from './rows.js';
import type { Text } from './shapes.js';
import { STYLE } from './style.js';

/** Nothing but this port's own scripts, style and figures; no frames, forms or other sites. */
export function contentSecurityPolicy(): string {
  return [
    "default-src 'none'",
    `style-src '${hashOf(styles())}'`,
    "script-src 'self'",
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The whole page. Undefined: no run has begun yet. */
export function page(snapshot: Snapshot | undefined): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>eventmill${snapshot === undefined ? '' : `: ${html(snapshot.workload)}`}</title>
<link rel="icon" href="data:,">
<style>${styles()}</style>
<script src="/assets/uplot.js" defer></script>
<script src="/assets/dashboard/browser/main.js" type="module"></script>
</head>
<body data-run="${html(snapshot?.startedAt ?? '')}">
<header>
<div id="about">${snapshot === undefined ? '<h1>eventmill</h1>' : about(snapshot)}</div>
<p><strong id="status">${snapshot === undefined ? 'No run has begun yet.' : html(statusOf(snapshot))}</strong></p>
<p class="tools"><span id="connection" role="status">As of the moment it was loaded.</span> <button id="hold" type="button" aria-pressed="false" hidden>Hold the display</button></p>
</header>
<main>
${CONTROLS}
${CHARTS}
<h2 id="profiles-title">Profiles</h2>
<div class="scroll" role="region" aria-labelledby="profiles-title" tabindex="0" id="profiles">${snapshot === undefined ? '' : table(snapshot)}</div>
<h2>Accounts</h2>
<div id="accounts">${snapshot === undefined ? '' : accounts(accountsOf(snapshot))}</div>
${EVENTS}
</main>
<footer>
<p>For programs: <a href="/metrics">/metrics</a> (Prometheus), <a href="/snapshot.json">/snapshot.json</a>, <a href="/healthz">/healthz</a></p>
</footer>
</body>
</html>
`;
}

/** What of the page depends on the run and not on the moment: HTML by the id of its element. */
export function partsOf(snapshot: Snapshot): { [id: string]: string } {
  return { about: about(snapshot), profiles: table(snapshot) };
}

function about(snapshot: Snapshot): string {
  const where = snapshot.sandbox ? `the sandbox at ${snapshot.brokers}` : snapshot.brokers || 'no broker';
  return `<h1>eventmill: ${html(snapshot.workload)}</h1>
<p class="soft">Seed ${snapshot.seed}, driver ${html(snapshot.driver)}, into ${html(where)}; begun ${html(snapshot.startedAt)}; eventmill ${html(snapshot.eventmill)}</p>`;
}

function table(snapshot: Snapshot): string {
  const heads = ['Profile', ...COLUMNS.map(({ title }) => title)];
  const rows = snapshot.profiles.map((live) => {
    const cells = rowOf(live, snapshot).map(({ text, bad }, at) => {
      const look = bad ? ' class="bad"' : '';
      return `<td data-title="${COLUMNS[at]!.title}"${look}>${html(text)}</td>`;
    });
    return `<tr><th scope="row">${html(live.profile.name)}</th>${cells.join('')}</tr>`;
  });
  return `<table>
<caption>Since the start. Latency is from when a record was due to when it was settled.</caption>
<thead><tr>${heads.map((title) => `<th scope="col">${title}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}

function accounts(lines: readonly Text[]): string {
  return lines.map(({ text, bad }) => `<p${bad ? ' class="bad"' : ''}>${html(text)}</p>`).join('\n');
}

// ---------------------------------------------------------------- what only works with scripts

const CONTROLS = `<section id="controls" aria-labelledby="controls-title" hidden>
<h2 id="controls-title">Controls</h2>
<form id="unlock">
<label for="token">Token, as the command printed it</label> <input id="token" type="password" autocomplete="off" required> <button type="submit">Unlock</button>
</form>
<div id="levers" hidden>
<fieldset id="rate"><legend>Rate: <output id="factor">as configured</output></legend>
<button type="button" data-rate="pause">Pause</button>
<button type="button" data-rate="0.5">Slower, half</button>
<button type="button" data-rate="2">Faster, double</button>
<button type="button" data-rate="reset">As configured</button>
</fieldset>
<fieldset id="faults"><legend>What the sandbox does wrong: <output id="fault">as it was started</output></legend>
<ul>
${LESSONS.map(
  ({ name, doc, specs }, at) =>
    `<li><button type="button" aria-pressed="false" aria-describedby="lesson-${at}" data-faults="${html(JSON.stringify(specs))}">${html(name)}</button> <span class="soft" id="lesson-${at}">${html(doc)}</span></li>`,
).join('\n')}
</ul>
<form id="own"><label for="spec">Another fault</label> <input id="spec" placeholder="produce:delay=50ms" autocomplete="off" spellcheck="false" required> <button type="submit">Set</button></form>
</fieldset>
</div>
<p id="said" role="status"></p>
</section>`;

const CHARTS = `<section id="charts" aria-label="Charts of the last minutes" hidden>
${chart('rate', 'Throughput', 'records acknowledged per second; without acks, written')}
${chart('latency', 'Latency', 'from due to settled, on a logarithmic scale', `<label>Percentile <select id="percentile"><option value="p50">p50</option><option value="p95">p95</option><option value="p99" selected>p99</option><option value="max">max</option></select></label>`)}
${chart('buffer', 'Buffer', 'bytes waiting or under way')}
${chart('retries', 'Retries', 'repeated attempts per second')}
<figure id="fates"><figcaption><strong>Fates</strong> <span class="soft">of all records so far</span></figcaption><div class="bars"></div></figure>
</section>`;

function chart(name: string, title: string, doc: string, tool = ''): string {
  return `<figure data-chart="${name}"><figcaption><strong>${title}</strong> <span class="soft">${doc}</span> ${tool}</figcaption><div class="plot" aria-hidden="true"></div><ul class="values" aria-label="${title}, latest values"></ul></figure>`;
}

const EVENTS = `<section id="events" hidden>
<h2 id="events-title">Events</h2>
<p class="soft">A few of those that are being made, newest first.</p>
<div class="scroll events" role="region" aria-labelledby="events-title" tabindex="0"><ol id="sample"></ol></div>
</section>`;

// ---------------------------------------------------------------- texts

function styles(): string {
  return `${STYLE}${chartTexts().style}`;
}

/** Names of workloads, profiles and topics come from files and flags. */
function html(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
