import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createMetrics } from '../../../src/metrics/registry.js';
import { SETTINGS, snapshot } from '../../support/snapshots.js';

const docs = readFileSync('docs/metrics.md', 'utf8');
const rows = [...docs.matchAll(/^\| `(eventmill_\w+)` \| (\w+) \| (.*?) \| ?(.*?) \| .+ \|$/gm)].map(
  ([, name, type, unit, labels]) => ({
    name: name!,
    type: type!,
    unit: unit!,
    labels: labels!.split(', ').filter(Boolean),
  }),
);
const queries = [...docs.matchAll(/^```promql\n([\s\S]+?)\n```$/gm)].map(([, query]) => query!);

/** A run in which every metric has a sample. */
const FULL = snapshot([
  {
    retriesByCode: { REQUEST_TIMED_OUT: 1 },
    errors: { NEVER_MADE: 1 },
    verify: { read: 1, lost: 0, duplicated: 0, reordered: 0, corrupted: 0 },
  },
]);

async function served() {
  const text = await createMetrics(() => FULL).text();
  return [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => {
    const samples = [...text.matchAll(new RegExp(`^${name}(?:_bucket)?(?:\\{(.*)\\})? \\S+$`, 'gm'))];
    const pairs = (body = '') => [...body.matchAll(/(\w+)="/g)].map(([, label]) => label!);
    return { name: name!, type: type!, samples, labels: pairs(samples[0]?.[1]) };
  });
}

it('names every metric of eventmill’s own, with its type and its labels, and no other', async () => {
  const settings = Object.keys(SETTINGS).length;
  const own = (await served()).filter(({ name }) => name.startsWith('eventmill_'));
  expect(own.filter(({ samples }) => samples.length === 0)).toEqual([]);
  const shown = own.map(({ name, type, labels }) => ({
    name,
    type,
    labels:
      name === 'eventmill_profile_info'
        ? [labels[0], labels.length === settings + 1 ? 'settings' : labels]
        : labels.filter((label) => label !== 'le'),
  }));
  const said = rows.map(({ name, type, labels }) => ({ name, type, labels }));
  expect(said.length).toBeGreaterThan(20);
  expect(said.sort(byName)).toEqual(shown.sort(byName));
});

it('gives the unit that the name ends in', () => {
  for (const unit of ['seconds', 'bytes', 'ratio']) {
    const named = rows.filter(({ name }) => new RegExp(`_${unit}(_total)?$`).test(name));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((row) => row.unit !== unit)).toEqual([]);
  }
});

it('has a query for each, about metrics that there are', async () => {
  const asked = queries.flatMap((query) => query.match(/\b(eventmill|process|nodejs)_\w+/g) ?? []);
  const stems = new Set(asked.map((name) => name.replace(/_(bucket|sum|count)$/, '')));
  expect([...stems].sort()).toEqual(rows.map(({ name }) => name).sort());
});

it('names metrics of the process that there are', async () => {
  const named = docs.match(/`(process|nodejs)_\w+`/g)!.map((name) => name.slice(1, -1));
  const text = await createMetrics(() => undefined).text();
  expect(named.length).toBeGreaterThan(4);
  const stem = (name: string) => name.replace(/_sum$/, '');
  expect(named.filter((name) => !text.includes(`# TYPE ${stem(name)} `))).toEqual([]);
});

it('lists every alert with its severity', () => {
  const rules = readFileSync('config/prometheus/rules.yml', 'utf8').split('- alert: ').slice(1);
  const alerts = rules.map((text) => [/^\w+/.exec(text)![0], /severity: (\w+)/.exec(text)![1]]);
  const said = [...docs.matchAll(/^\| `(Eventmill\w+)` \| .+ \| (\w+) \|$/gm)].map(([, ...row]) => row);
  expect(said.sort()).toEqual(alerts.sort());
});

it('lists every value of fate, stage, verdict and phase', async () => {
  const text = await createMetrics(() => FULL).text();
  for (const label of ['fate', 'stage', 'verdict', 'phase']) {
    const values = new Set(
      [...text.matchAll(new RegExp(`\\b${label}="(\\w+)"`, 'g'))].map(([, value]) => value!),
    );
    const line = docs.split(/\n(?=- |\n)/).find((item) => item.startsWith(`- **${label}**:`))!;
    expect(values.size).toBeGreaterThan(4);
    expect([...values].filter((value) => !line.includes(`\`${value}\``))).toEqual([]);
  }
});

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
