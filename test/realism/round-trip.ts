/**
 * Events made by `eventmill run`, kept by a real Kafka, and read back by `eventmill tail`: what a consumer would see, as
 * lines of JSON. Everything is done by the built command line, so that nothing of the measuring knows of the making.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startKafka } from '../support/kafka.js';

const CLI = 'dist/src/cli.js';
/** One topic a generator, so that a cluster that runs already can take several. */
const TOPIC_PREFIX = 'realism-';
/** A Monday two years and more ago, so that no broker takes it for the future. */
const START = '2024-01-08T00:00:00Z';

/** Such that ten million events are fifty days of a market, and two years of shops. */
const OPTIONS: { readonly [generator: string]: object } = {
  stock: { symbols: 20, tradesPerDay: 10_000 },
  pizza: { stores: 40, ordersPerDay: 2000 },
  storefront: { stores: 40, ordersPerDay: 2400 },
};

export interface RoundTrip {
  readonly generator: string;
  readonly seed: number;
  readonly count: number;
  /** A Kafka that runs already, host:port; else one is started for it and removed with all that it holds. */
  readonly brokers?: string | undefined;
}

/** Calls `read` with the lines, and cleans up whatever comes of it. */
export async function throughKafka<T>(
  { generator, seed, count, brokers }: RoundTrip,
  read: (lines: AsyncIterable<string>) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'eventmill-realism-'));
  const kafka = brokers === undefined ? await startKafka() : undefined;
  const topic = TOPIC_PREFIX + generator;
  const at = ['--brokers', brokers ?? kafka!.brokers];
  const begun: ChildProcess[] = [];
  try {
    const workload = join(folder, 'workload.json');
    const source = { generator, topic, rate: 'max', time: { start: START }, options: OPTIONS[generator] };
    await writeFile(workload, JSON.stringify({ seed, sources: { [generator]: source } }));
    const limits = [
      '--count',
      String(count),
      '--profile',
      'lz4',
      '--metrics-port',
      'off',
      '--reporter',
      'none',
    ];
    const making = spawn(process.execPath, [CLI, 'run', workload, ...limits, ...at], { stdio: 'inherit' });
    begun.push(making);
    const [code] = await once(making, 'exit');
    if (code !== 0) throw new Error(`eventmill run ended with ${code}`);
    process.stderr.write(`${generator}: ${count} events are in Kafka\n`);
    const what = ['tail', topic, '--from', 'beginning', '--count', String(count), '--json'];
    const tail = spawn(process.execPath, [CLI, ...what, ...at], { stdio: ['ignore', 'pipe', 'inherit'] });
    begun.push(tail);
    return await read(createInterface({ input: tail.stdout, crlfDelay: Number.POSITIVE_INFINITY }));
  } finally {
    for (const child of begun) child.kill();
    await kafka?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
