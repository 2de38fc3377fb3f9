/** The status page as HTML, from a snapshot. */
import { createHash } from 'node:crypto';
import { cause } from '../causes.js';
import { conservation, latency, sentCount } from '../conclusion.js';
import { bytes, count, perSecond, seconds } from '../figures.js';
import type { LiveSnapshot, Snapshot } from '../types.js';
import { SCRIPT, STYLE } from './style.js';

/** Nothing but this page's own style, script and figures; no frames, forms or other sites. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src '${hashOf(STYLE)}'`,
  `script-src '${hashOf(SCRIPT)}'`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The whole page. Undefined: no run has begun yet. */
export function page(snapshot: Snapshot | undefined): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>eventmill${snapshot === undefined ? '' : `: ${html(snapshot.workload)}`}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
${snapshot === undefined ? waiting() : main(snapshot)}
<footer>
<p id="connection" role="status">As of the moment it was loaded.</p>
<p>For programs: <a href="/metrics">/metrics</a> (Prometheus), <a href="/snapshot.json">/snapshot.json</a>, <a href="/healthz">/healthz</a></p>
</footer>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function waiting(): string {
  return '<main><h1>eventmill</h1><p data-figure="phase">No run has begun yet.</p></main>';
}

function main(snapshot: Snapshot): string {
  const where = snapshot.sandbox ? `the sandbox at ${snapshot.brokers}` : snapshot.brokers || 'no broker';
  return `<main>
<h1>eventmill: ${html(snapshot.workload)}</h1>
<p><span data-figure="phase">${PHASES[snapshot.phase]}</span> <span data-figure="elapsed">${seconds(snapshot.elapsedSeconds)}</span></p>
<p class="soft">Seed ${snapshot.seed}, driver ${html(snapshot.driver)}, into ${html(where)}; begun ${html(snapshot.startedAt)}; eventmill ${html(snapshot.eventmill)}</p>
<h2 id="profiles">Profiles</h2>
<div class="scroll" role="region" aria-labelledby="profiles" tabindex="0">
<table>
<caption>Latency is from when a record was due to when it was settled.</caption>
<thead><tr>${CELLS.map((cell) => `<th scope="col">${cell.title}</th>`).join('')}</tr></thead>
<tbody>
${snapshot.profiles.map(row).join('\n')}
</tbody>
</table>
</div>
<h2>Accounts</h2>
${snapshot.profiles.map(account).join('\n')}
</main>`;
}

const PHASES: Readonly<{ [P in Snapshot['phase']]: string }> = {
  starting: 'Starting,',
  running: 'Running for',
  flushing: 'Flushing what is under way, after',
  verifying: 'Reading everything back, after',
  done: 'Done after',
};

interface Cell {
  readonly title: string;
  readonly of: (live: LiveSnapshot) => string;
  readonly bad?: (live: LiveSnapshot) => boolean;
}

const CELLS: readonly Cell[] = [
  { title: 'Profile', of: ({ profile }) => profile.name },
  { title: 'Due', of: ({ profile }) => count(profile.due) },
  {
    title: 'Acked',
    of: ({ profile }) => count(sentCount(profile)) + (profile.settings.acks === 0 ? ' (written)' : ''),
  },
  { title: 'Failed', of: (live) => count(lost(live)), bad: (live) => lost(live) > 0 },
  { title: 'Rate', of: ({ profile }) => perSecond(profile.recordsPerSecond) },
  { title: 'Asked for', of: (live) => asked(live.targetRecordsPerSecond) },
  { title: 'p50', of: (live) => latency(live, 'p50') },
  { title: 'p99', of: (live) => latency(live, 'p99') },
  { title: 'Buffer', of: (live) => bytes(live.bufferBytes) },
  { title: 'Retries', of: ({ profile }) => count(profile.retries) },
  { title: 'Data', of: ({ profile }) => bytes(profile.bytes) },
  { title: 'Wire', of: ({ profile }) => bytes(profile.wireBytes) },
];

function row(live: LiveSnapshot): string {
  const name = html(live.profile.name);
  const cells = CELLS.slice(1).map((cell) => {
    const look = cell.bad?.(live) === true ? ' class="bad"' : '';
    return `<td data-title="${cell.title}" data-figure="${name}/${cell.title}"${look}>${html(cell.of(live))}</td>`;
  });
  return `<tr><th scope="row">${name}</th>${cells.join('')}</tr>`;
}

function account(live: LiveSnapshot): string {
  const name = html(live.profile.name);
  const errors = Object.entries(live.profile.errors).map(
    ([code, records]) =>
      `<p class="bad" data-figure="${name}/error/${html(code)}">${count(records)} × ${html(cause(code))}</p>`,
  );
  return [`<p data-figure="${name}/account">${html(conservation(live))}</p>`, ...errors].join('\n');
}

function lost({ profile }: LiveSnapshot): number {
  return profile.failed + profile.expired + profile.dropped;
}

function asked(rate: number): string {
  return Number.isFinite(rate) ? perSecond(rate) : 'max';
}

/** Names of workloads, profiles and topics come from files and flags. */
function html(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
