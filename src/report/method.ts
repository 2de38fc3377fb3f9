/** How it was measured, on what, and the command that makes it again. */
import type { Report } from '../compare/types.js';
import { seedsOf, shellWord } from '../compare/words.js';
import { bytes, count, plural, seconds } from '../figures.js';
import { html, type Markup } from './html.js';

export function method(report: Report): Markup {
  const { design, brokers, sandbox, machine, startedAt, finishedAt, runId } = report;
  const { durationMs, count: records, bytes: size } = design.limits;
  const limits = [
    ...(durationMs === undefined ? [] : [seconds(durationMs / 1000)]),
    ...(records === undefined ? [] : [plural(records, 'record')]),
    ...(size === undefined ? [] : [bytes(size)]),
  ];
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  const rows: readonly (readonly [string, string])[] = [
    [
      'Trials',
      `${plural(design.trials, 'round')} in rotated order, each candidate once in each; every trial in a process of its own`,
    ],
    [
      'A trial',
      `${limits.join(', ') || 'no limit'}, after a warm-up of ${seconds(design.warmupMs / 1000)} that is thrown away`,
    ],
    [
      'Rate',
      design.atMax
        ? 'as fast as it goes'
        : 'the workload’s own, open loop: what is due is due, however late it is made',
    ],
    ['Seed', `${seedsOf(report.workloads)}: everyone sends the same events`],
    ['Broker', sandbox ? 'the sandbox, on the same machine' : brokers],
    [
      'Machine',
      `${machine.cpu}, ${plural(machine.cores, 'core')}, ${bytes(machine.memoryBytes)} of memory, ${machine.os}`,
    ],
    [
      'Versions',
      [`eventmill ${report.eventmill}`, `Node ${machine.node.replace(/^v/, '')}`, ...versions].join(', '),
    ],
    ['When', `${startedAt} to ${finishedAt ?? 'not finished'}`],
    ['Topics', `carry ${runId} in their names`],
  ];
  return html`<dl class="facts">${rows.map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>\n`)}</dl>
${workloads(report)}
<h3>Made again by</h3>
<pre tabindex="0"><code>eventmill ${report.command.map(shellWord).join(' ')}</code></pre>`;
}

function workloads({ workloads: all }: Report): Markup {
  return html`${all.map(
    ({ name, doc, sources }) => html`<details><summary>What was made: ${name}</summary>
<p>${doc}</p>
<pre tabindex="0"><code>${JSON.stringify(sources, null, 2)}</code></pre>
<p>${count(sources.length)} ${sources.length === 1 ? 'source' : 'sources'}</p>
</details>`,
  )}`;
}
