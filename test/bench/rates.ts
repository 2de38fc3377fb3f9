/**
 * `npm run bench -- rates`: whether what is asked for is what is made, and when, from ten a second to near the ceiling. Runs the
 * command line as people do, one rate after another.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Ceiling } from '../../src/ceilings.js';
import { type Column, table } from '../../src/table.js';
import type { Summary } from '../../src/types.js';

const RATES = [10, 1000, 100_000];
/** The last one, as a share of what the pipeline does at most. */
const OF_CEILING = 0.8;
/** How far off a rate may be, as a share of it, and how late events may be made. */
const OFF_MAX = 0.001;
const LATE_MS_MAX = 5;

const CLI = 'dist/src/cli.js';

export interface RatesOptions {
  readonly generator: string;
  readonly seconds: number;
  /** host:port instead of nowhere. */
  readonly brokers: string | undefined;
}

const COLUMNS: readonly Column[] = [
  { title: 'asked for' },
  { title: 'due' },
  { title: 'made' },
  { title: 'a second' },
  { title: 'off by' },
  { title: 'late p50' },
  { title: 'late p99' },
  { title: 'late max' },
  { title: 'limited by', align: 'left' },
  { title: '' },
];

/** False when one of the rates was missed. */
export async function rates(
  options: RatesOptions,
  look: Parameters<typeof table>[2],
  print: (text: string) => void,
): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'eventmill-rates-'));
  try {
    const most = options.brokers === undefined ? await ceilingOf(options) : await fastest(options, folder);
    print(`ceiling: ${most.toLocaleString('en')} records/s\n`);
    let well = true;
    const rows: string[][] = [];
    for (const rate of [...RATES, Math.floor(OF_CEILING * most)]) {
      const { row, held } = judged(rate, options.seconds, await runAt(`${rate}/s`, options, folder));
      rows.push(row);
      well &&= held;
    }
    print(`${table(COLUMNS, rows, look)}\n`);
    return well;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Profile = Summary['profiles'][number];

/** Of n events there are n − 1 spaces between the first and the last: that is what a rate is, and not n by the span. */
function judged(rate: number, seconds: number, profile: Profile): { row: string[]; held: boolean } {
  const { due, acked, latencyMs, limitedBy } = profile;
  const perSecond = (acked - 1) / profile.seconds;
  const off = Math.max(Math.abs(perSecond / rate - 1), Math.abs(due / (rate * seconds) - 1));
  const { p50, p99, max } = latencyMs.schedule;
  const held = off <= OFF_MAX && p99 < LATE_MS_MAX && acked === due && limitedBy === 'rate';
  const row = [
    `${rate.toLocaleString('en')}/s`,
    due.toLocaleString('en'),
    acked.toLocaleString('en'),
    perSecond.toLocaleString('en', { maximumFractionDigits: 2 }),
    `${(100 * off).toFixed(3)} %`,
    ...[p50, p99, max].map((ms) => `${ms.toFixed(2)} ms`),
    limitedBy,
    held ? 'held' : 'missed',
  ];
  return { row, held };
}

async function runAt(rate: string, options: RatesOptions, folder: string): Promise<Profile> {
  const { generator, seconds, brokers } = options;
  const workload = join(folder, 'rates.json');
  const summary = join(folder, 'summary.json');
  writeFileSync(workload, JSON.stringify({ seed: 1, sources: { source: { generator } } }));
  const into = brokers === undefined ? ['--driver', 'null'] : ['--brokers', brokers];
  const args = ['run', workload, '--rate', rate, '--duration', `${seconds}s`, ...into];
  await eventmill([...args, '--summary', summary, '--metrics-port', 'off', '--quiet']);
  const { profiles } = JSON.parse(readFileSync(summary, 'utf8')) as Summary;
  return profiles[0]!;
}

/** What `eventmill calibrate` says of the pipeline into nowhere. */
async function ceilingOf({ generator }: RatesOptions): Promise<number> {
  const told = await eventmill(['calibrate', '--generator', generator, '--rounds', '3', '--json']);
  const { ceilings } = JSON.parse(told) as { ceilings: readonly (Ceiling & { median: number })[] };
  return Math.floor(ceilings.find(({ name }) => name === 'pipeline into null')!.median);
}

/** What the broker takes at most, in a few seconds. */
async function fastest(options: RatesOptions, folder: string): Promise<number> {
  const { recordsPerSecond } = await runAt('max', { ...options, seconds: 5 }, folder);
  return Math.floor(recordsPerSecond);
}

async function eventmill(args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, ...args], { maxBuffer: 1 << 26 });
  return stdout;
}
