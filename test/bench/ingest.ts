/** `npm run bench -- --ingest`: how much the sandbox takes in, and a real Kafka in turns with it, from the same sender. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/clock.js';
import { type Column, table } from '../../src/table.js';
import { deleteTopics } from '../../src/topics/deletion.js';
import { ensureTopics, topicOffsets } from '../../src/topics/index.js';
import { startKafka } from '../support/kafka.js';
import { ended, output, root } from '../support/tools.js';
import type { Blast, BlastOrder } from './blast.js';
import { spreadOf, spreadText } from './matches.js';

type Look = Parameters<typeof table>[2];

/** What the sandbox keeps unless told otherwise, and what it may take beside it, bytes. */
const BOUND_BYTES = 256 * 1024 * 1024;
const BESIDE_BYTES_MAX = 150e6;
const RATIO_MUST = 1.5;

const PROGRAM = join(root, 'dist/test/bench/blast.js');
const SETTLE_MS = 700;

const COLUMNS: readonly Column[] = [
  { title: 'pair', align: 'left' },
  { title: 'sandbox MB/s' },
  { title: 'Kafka MB/s' },
  { title: 'ratio' },
];

interface Sandbox {
  readonly broker: string;
  /** The most that it ever had in memory, bytes; undefined where the system does not tell. */
  peakBytes(): number | undefined;
  stop(): Promise<void>;
}

/** Prints a table and a verdict; false when the sandbox is slower or larger than it may be. */
export async function ingest(pairs: number, look: Look, print: (text: string) => void): Promise<boolean> {
  const kafka = await startKafka({ settings: { 'log.segment.delete.delay.ms': '100' } });
  const sandbox = await startOwn();
  try {
    const rates: (readonly [number, number])[] = [];
    // The first of each is to warm it up.
    for (let pair = -1; pair < pairs; pair++) {
      const order = pair % 2 === 0 ? [0, 1] : [1, 0];
      const found = [0, 0];
      for (const at of order) found[at] = await taken(at === 0 ? sandbox.broker : kafka.brokers, pair);
      if (pair >= 0) rates.push([found[0]!, found[1]!]);
    }
    const rows = rates.map(([ours, theirs], i) => [
      String(i + 1),
      ours.toFixed(0),
      theirs.toFixed(0),
      (ours / theirs).toFixed(2),
    ]);
    const ratio = spreadOf(rates.map(([ours, theirs]) => ours / theirs));
    const peak = sandbox.peakBytes();
    print(`${table(COLUMNS, rows, look)}\n`);
    print(`ingest, ratio to Kafka, median of ${pairs} pairs: ${spreadText(ratio)}; ${RATIO_MUST} is asked\n`);
    const limit = BOUND_BYTES + BESIDE_BYTES_MAX;
    const told = peak === undefined ? 'not told by this system' : `${(peak / 1e6).toFixed(0)} MB`;
    print(`memory of the sandbox's process, the most: ${told}; ${(limit / 1e6).toFixed(0)} MB are allowed\n`);
    return ratio.median >= RATIO_MUST && (peak ?? 0) <= limit;
  } finally {
    await sandbox.stop();
    await kafka.stop();
  }
}

/** MB a second, acknowledged and found there. */
async function taken(broker: string, pair: number): Promise<number> {
  const topic = `bench-ingest-${pair + 1}`;
  await ensureTopics([broker], [{ name: topic, partitions: 6 }], { create: true });
  const order: BlastOrder = {
    ...{ broker, topic, seconds: 3, connections: 2, requestsAtOnce: 5, batchesEach: 3 },
  };
  const told = await output(process.execPath, [PROGRAM, JSON.stringify(order)]);
  const { records, bytes, seconds } = JSON.parse(told) as Blast;
  const offsets = await topicOffsets([broker], topic);
  const high = offsets.reduce((sum, each) => sum + each.high, 0);
  if (high !== records) throw new Error(`${records} records acknowledged, ${high} in the log`);
  await deleteTopics([broker], [topic]);
  await systemClock.sleep(SETTLE_MS);
  return bytes / 1e6 / seconds;
}

/** A process of its own, so that its memory is its own. */
async function startOwn(): Promise<Sandbox> {
  const child: ChildProcess = spawn(
    process.execPath,
    [join(root, 'dist/src/cli.js'), 'sandbox', '--port', '0'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  const [, broker] = /listening on (\S+)/.exec(line.toString()) ?? [];
  if (broker === undefined) throw new Error(`the sandbox said: ${line}`);
  return {
    broker,
    peakBytes() {
      try {
        const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
        return Number(/VmHWM:\s+(\d+)/.exec(status)![1]) * 1024;
      } catch {
        return undefined;
      }
    },
    stop: () => ended(child),
  };
}
