/**
 * `npm run chaos`: real Kafkas are hurt while eventmill produces, and what each profile promises is held against what is
 * found. The long form runs each profile alone at 20,000 records a second for a minute; `-- --short` all of them side by
 * side, a few seconds each.
 */
import { parseArgs } from 'node:util';
import { count } from '../../src/figures.js';
import { type Column, table } from '../../src/table.js';
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

function rowOf(scenario: Scenario, { profile, seconds, exit, summary, wrong }: Finding): string[] {
  const { due, acked, unacknowledged, verify } = summary;
  const read =
    verify === undefined ? ['–', '–', '–'] : [verify.lost, verify.duplicated, verify.reordered].map(count);
  const verdict = wrong.length === 0 ? 'yes' : `NO: ${wrong.join('; ')}`;
  return [
    scenario.name,
    profile,
    `${seconds.toFixed(1)} s`,
    String(exit),
    count(due),
    count(acked),
    count(unacknowledged),
    ...read,
    verdict,
  ];
}

function markdown(rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const ruler = COLUMNS.map(({ align }) => (align === 'left' ? '---' : '--:'));
  return [COLUMNS.map(({ title }) => title), ruler, ...rows].map(line).join('\n');
}

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const profiles = values.profile.split(',');
  const rate = Number(values.rate ?? (values.short ? 1000 : 20_000));
  const durationMs = 1000 * Number(values.seconds ?? (values.short ? 8 : 60));
  const chosen = SCENARIOS.filter(({ name }) => name.includes(values.only));
  const rounds = values.short ? [profiles] : profiles.map((profile) => [profile]);
  const rows: string[][] = [];
  let broken = chosen.length === 0 ? 1 : 0;
  for (const scenario of chosen) {
    for (const round of rounds) {
      const terms: Terms = {
        profiles: round,
        rate,
        durationMs: Math.max(durationMs, scenario.leastMs ?? 0),
      };
      process.stderr.write(`${scenario.name}: ${round.join(', ')}\n`);
      try {
        const findings = await tryOut(scenario, terms);
        broken += findings.filter(({ wrong }) => wrong.length > 0).length;
        const found = findings.map((finding) => rowOf(scenario, finding));
        rows.push(...found);
        // What is known is not lost when the rest is interrupted.
        for (const row of found) process.stderr.write(`  ${row.slice(1).join(' | ')}\n`);
      } catch (error) {
        broken++;
        const nothing = COLUMNS.slice(2, -1).map(() => '–');
        rows.push([
          scenario.name,
          round.join(','),
          ...nothing,
          `NO: ${error instanceof Error ? error.message : error}`,
        ]);
      }
    }
  }
  const text = values.markdown ? markdown(rows) : table(COLUMNS, rows, { framed: false, color: false });
  process.stdout.write(`${text}\n`);
  return broken === 0 ? 0 : 1;
}

// Leaving by `exit` is what takes the Kafkas along.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

process.exitCode = await main();
