/**
 * `npm run bench -- memory`: what the process holds in memory while it sends as fast as a real Kafka takes it, and whether that
 * grows. Without a broker's address a Kafka is started that keeps no more than it must, as minutes at full speed fill a disk.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Column, table } from '../../src/table.js';
import { startKafka } from '../support/kafka.js';

const MEMORY_MAX = 300e6;
/** Warming up ends here: code is compiled, buffers are in the pool. */
const WARM_SECONDS = 20;
/** What may be gained from the first half after the warm-up to the second: a noise of collections, not a leak. */
const GROWTH_MAX = 0.05;

/** Each partition keeps two segments of 64 MiB at most. */
const FORGETFUL = {
  'log.segment.bytes': String(64 << 20),
  'log.retention.bytes': String(64 << 20),
  'log.retention.check.interval.ms': '2000',
  'log.segment.delete.delay.ms': '1000',
};

export interface ResidentOptions {
  readonly generator: string;
  readonly seconds: number;
  readonly brokers: string | undefined;
}

const COLUMNS: readonly Column[] = [{ title: 'after' }, { title: 'resident MB' }];

/** Looks once a second; false when there is more than there may be, or it grows. */
export async function resident(
  options: ResidentOptions,
  look: Parameters<typeof table>[2],
  print: (text: string) => void,
): Promise<boolean> {
  if (options.brokers !== undefined) return watch(options, options.brokers, look, print);
  const kafka = await startKafka({ settings: FORGETFUL });
  try {
    return await watch(options, kafka.brokers, look, print);
  } finally {
    await kafka.stop();
  }
}

async function watch(
  { generator, seconds }: ResidentOptions,
  brokers: string,
  look: Parameters<typeof table>[2],
  print: (text: string) => void,
): Promise<boolean> {
  const stage = new URL('./stages.js', import.meta.url).pathname;
  const args = ['--stage', 'kafka', '--brokers', brokers, '--generator', generator];
  const child = spawn(process.execPath, [stage, ...args, '--seconds', String(seconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  child.stdout.on('data', (chunk: Buffer) => {
    told += chunk.toString();
  });
  const over = new Promise<number | null>((resolve) => child.once('close', resolve));
  const samples: number[] = [];
  while (child.exitCode === null) {
    const bytes = residentBytes(child.pid!);
    if (bytes !== undefined) samples.push(bytes);
    await Promise.race([sleep(1000), over]);
  }
  const code = await over;
  if (code !== 0) throw new Error(`the run ended with ${code}`);
  const step = Math.max(1, Math.floor(samples.length / 10));
  const rows = samples.flatMap((bytes, second) =>
    second % step === 0 ? [[`${second} s`, megabytes(bytes)]] : [],
  );
  const { records, seconds: took } = JSON.parse(told) as { records: number; seconds: number };
  print(`${Math.round(records / took).toLocaleString('en')} records/s\n${table(COLUMNS, rows, look)}\n`);
  return verdict(samples, print);
}

/** The mean of each half after the warm-up says whether it grows; the most of all seconds is what it takes. */
function verdict(samples: readonly number[], print: (text: string) => void): boolean {
  const most = Math.max(...samples);
  const warm = samples.slice(Math.min(WARM_SECONDS, samples.length >> 1));
  const half = warm.length >> 1;
  const mean = (some: readonly number[]) => some.reduce((sum, one) => sum + one, 0) / some.length;
  const growth = mean(warm.slice(half)) / mean(warm.slice(0, half)) - 1;
  print(`at most ${megabytes(most)} MB; second half to the first: ${(100 * growth).toFixed(1)} %\n`);
  const well = most <= MEMORY_MAX && growth <= GROWTH_MAX;
  print(well ? 'bounded and flat\n' : `expected at most ${megabytes(MEMORY_MAX)} MB, and no growth of 5 %\n`);
  return well;
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);

/** As the kernel counts it; undefined once the process is gone. */
function residentBytes(pid: number): number | undefined {
  try {
    const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found === null ? undefined : 1024 * Number(found[1]);
  } catch {
    return undefined;
  }
}
