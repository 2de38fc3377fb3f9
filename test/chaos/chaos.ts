/**
 * `npm run chaos`: real Kafkas are hurt while eventmill produces, and what each profile promises is held against what is
 * found. The long form runs each profile alone at 20,000 records a second for a minute; `-- --short` all of them side by
 * side, a few seconds each.
 */
import { parseArgs } from 'node:util';
import { count } from '../../src/figures.js';
import { type Column, table } from '../../src/table.js';
import { Cluster, type Size } from './clusters.js';
import { SCENARIOS, type Scenario } from './scenarios.js';
import { type Finding, type Terms, tryOut } from './trial.js';

const HELP = `npm run chaos -- [--short] [--only WORDS] [--profile A,B] [--rate N] [--seconds N] [--markdown]

  --short        all profiles side by side, 1,000 records a second for 8 s
  --only WORDS   scenarios whose name holds these words, such as 'proxy' or '3 nodes'
  --profile A,B  which profiles (default durable,acks-1,fire-and-forget)
  --rate N       records a second
  --seconds N    how long records are made
  --markdown     the table as docs/chaos.md has it

Needs Java and Maven. Exit code 1 when a promise is broken.
`;

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    profile: { type: 'string', default: 'durable,acks-1,fire-and-forget' },
    rate: { type: 'string' },
    seconds: { type: 'string' },
    markdown: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const COLUMNS: readonly Column[] = [
  { title: 'fault', align: 'left' },
  { title: 'profile', align: 'left' },
  { title: 'took' },
  { title: 'exit' },
  { title: 'due' },
  { title: 'acked' },
  { title: 'written' },
  { title: 'lost' },
  { title: 'duplicated' },
  { title: 'reordered' },
  { title: 'as promised', align: 'left' },
];

const KEPT = 'yes';

type Row = readonly string[];

function rowOf(scenario: Scenario, { profile, seconds, exit, summary, wrong }: Finding): Row {
  const { due, acked, records, verify } = summary;
  const read =
    verify === undefined ? ['–', '–', '–'] : [verify.lost, verify.duplicated, verify.reordered].map(count);
  const verdict = wrong.length === 0 ? KEPT : `NO: ${wrong.join('; ')}`;
  return [
    scenario.name,
    profile,
    `${seconds.toFixed(1)} s`,
    String(exit),
    count(due),
    count(acked),
    count(records - acked),
    ...read,
    verdict,
  ];
}

function markdown(rows: readonly Row[]): string {
  const line = (cells: Row): string => `| ${cells.join(' | ')} |`;
  const ruler = COLUMNS.map(({ align }) => (align === 'left' ? '---' : '--:'));
  return [COLUMNS.map(({ title }) => title), ruler, ...rows].map(line).join('\n');
}

/** All scenarios that need such a cluster, one after another; their rows go into `rows` as they come. */
async function onCluster(
  size: Size,
  scenarios: readonly Scenario[],
  rows: ReadonlyMap<Scenario, Row[]>,
): Promise<void> {
  const profiles = values.profile.split(',');
  const rounds = values.short ? [profiles] : profiles.map((profile) => [profile]);
  const cluster = await Cluster.start(size);
  try {
    for (const scenario of scenarios) {
      for (const round of rounds) {
        const found = await rowsOf(scenario, round, cluster);
        rows.get(scenario)!.push(...found);
        // What is known is not lost when the rest is interrupted.
        for (const row of found) process.stderr.write(`${row.join(' | ')}\n`);
      }
    }
  } finally {
    await cluster.stop();
  }
}

async function rowsOf(scenario: Scenario, profiles: string[], cluster: Cluster): Promise<readonly Row[]> {
  const rate = Number(values.rate ?? (values.short ? 1000 : 20_000));
  const wantedMs = 1000 * Number(values.seconds ?? (values.short ? 8 : 60));
  const terms: Terms = { profiles, rate, durationMs: Math.max(wantedMs, scenario.leastMs ?? 0) };
  try {
    return (await tryOut(scenario, terms, cluster)).map((finding) => rowOf(scenario, finding));
  } catch (error) {
    const nothing = COLUMNS.slice(2, -1).map(() => '–');
    const reason = error instanceof Error ? error.message : String(error);
    return [[scenario.name, profiles.join(','), ...nothing, `NO: ${reason}`]];
  }
}

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const chosen = SCENARIOS.filter(({ name }) => name.includes(values.only));
  if (chosen.length === 0) throw new Error(`--only ${values.only}: no scenario has this in its name`);
  const rows = new Map<Scenario, Row[]>(chosen.map((scenario) => [scenario, []]));
  const sizes = [...new Set(chosen.map(({ on }) => on))];
  // One after another, or a small machine is busier with several Kafkas than with what is to be shown.
  for (const size of sizes) {
    const some = chosen.filter(({ on }) => on === size);
    await onCluster(size, some, rows);
  }
  const all = [...rows.values()].flat();
  const text = values.markdown ? markdown(all) : table(COLUMNS, all, { framed: false, color: false });
  process.stdout.write(`${text}\n`);
  return all.every((row) => row.at(-1) === KEPT) ? 0 : 1;
}

// Leaving by `exit` is what takes the Kafkas along.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

process.exitCode = await main();
