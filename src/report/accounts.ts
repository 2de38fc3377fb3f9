/** What became of every record, and what the settings were that made it so. */

import { cause } from '../causes.js';
import type { Candidate, Report } from '../compare/types.js';
import { limitsOf, longestStage } from '../compare/words.js';
import { count, NOTHING, plural } from '../figures.js';
import type { Fate, ProfileSettings } from '../types.js';
import { type Cell, table } from './figure.js';
import { html, type Markup } from './html.js';

const FATES: readonly Fate[] = ['acked', 'failed', 'expired', 'dropped', 'unacknowledged'];
const READ = [
  ['lost', 'lost'],
  ['duplicated', 'twice'],
  ['reordered', 'out of order'],
  ['corrupted', 'corrupted'],
] as const;

/** Every due record has one fate; what was read back is held against it. */
export function fates({ results }: Report): Markup {
  const columns = [
    'profile',
    'due',
    ...FATES.map(fateWord),
    'retries',
    'read back',
    ...READ.map(([, word]) => word),
  ];
  const rows = results.map((result) => [
    result.candidate,
    count(result.due),
    ...FATES.map((fate) => worrying(result.fates[fate], fate === 'acked' || fate === 'unacknowledged')),
    count(result.retries),
    ...(result.verify === null
      ? [html`not read`, ...READ.map(() => NOTHING)]
      : [count(result.verify.read), ...READ.map(([what]) => worrying(result.verify![what], false))]),
  ]);
  const errors = results.flatMap(({ candidate, errors: codes }) =>
    Object.entries(codes).map(
      ([code, records]) => html`<li>${candidate}: ${plural(records, 'record')}: ${cause(code)}</li>
`,
    ),
  );
  return html`<p class="soft">Sums over all trials, also those closed out: a loss is a loss. Each record due has exactly one fate.</p>
${table(
  'Fates and verification',
  columns.map((title) => ({ title })),
  rows,
)}
${errors.length === 0 ? '' : html`<ul class="bad">${errors}</ul>`}
<p>Held back by: ${results.map((result) => html`<b>${result.candidate}</b> ${limitsOf(result)}, most of its latency: ${longestStage(result)}; `)}as measured.</p>`;
}

/** With acks 0 nobody acknowledges; otherwise it was given up on while under way. */
function fateWord(fate: Fate): string {
  return fate === 'unacknowledged' ? 'no answer' : fate;
}

function worrying(records: number, harmless: boolean): Cell {
  return harmless || records === 0 ? count(records) : { look: 'bad', content: count(records) };
}

/** Settings in which the candidates differ, and then all others. */
export function settings({ candidates }: Report): Markup {
  const [first] = candidates;
  if (first === undefined) return html``;
  const names = Object.keys(first.settings) as (keyof ProfileSettings)[];
  const differs = (name: keyof ProfileSettings) =>
    candidates.some((candidate) => candidate.settings[name] !== first.settings[name]);
  const different = names.filter(differs);
  const same = names.filter((name) => !differs(name));
  return html`${
    different.length === 0
      ? html`<p>All candidates have the same settings.</p>`
      : html`<p class="soft">Only what differs; what differs from the first one is set in bold.</p>${settingsTable('Settings that differ', different, candidates)}`
  }
${same.length === 0 ? '' : html`<details><summary>Settings that all share</summary>${settingsTable('Settings that all share', same, [first])}</details>`}`;
}

function settingsTable(
  name: string,
  names: readonly (keyof ProfileSettings)[],
  candidates: readonly Candidate[],
): Markup {
  const [first] = candidates;
  const columns = [
    { title: 'setting' },
    ...candidates.map((candidate) => ({ title: candidates.length > 1 ? candidate.name : 'value' })),
  ];
  const rows = names.map((setting) => [
    setting,
    ...candidates.map((candidate): Cell => {
      const value = String(candidate.settings[setting]);
      return candidate.settings[setting] === first!.settings[setting] ? value : html`<b>${value}</b>`;
    }),
  ]);
  return table(name, columns, rows);
}
