/** Ourselves, as users call us: the command line, making the events as it goes. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { version } from '../../../src/version.js';
import { root } from '../../support/tools.js';
import { timed } from '../timed.js';
import {
  BATCH_BYTES,
  type Effort,
  isIdempotent,
  LEVELS,
  LINGER_MS,
  type Rival,
  SOURCES,
  type Task,
} from './rival.js';

export function eventmill(workers: number): Rival {
  return {
    title: `eventmill ${version()}${workers === 1 ? '' : `, ${workers} workers`}`,
    keyed: true,
    timed: true,
    produce: (task) => produce(task, workers),
  };
}

async function produce(task: Task, workers: number): Promise<Effort> {
  const place = `${task.payload.values}.${task.topic}`;
  const workload = `${place}.json`;
  const summary = `${place}.summary`;
  const { generator, topic } = task;
  const source = { generator, rate: 'max', topic, ...SOURCES[generator] };
  await writeFile(workload, JSON.stringify({ doc: 'one source', seed: 1, sources: { bench: source } }));
  try {
    const { cpuSeconds } = await timed(process.execPath, [
      ...[join(root, 'dist/src/cli.js'), 'run', workload, '--brokers', task.broker],
      // Up to a time: up to a count, each thread has to make what the others make as well, to know when it is reached.
      ...['--duration', `${task.seconds}s`, '--workers', String(workers), '--summary', summary],
      ...['--quiet', '--metrics-port', 'off', '--no-create-topics', ...settings(task)],
    ]);
    const { profiles } = JSON.parse(await readFile(summary, 'utf8')) as { profiles: Effort[] };
    const { acked, seconds } = profiles[0] as Effort & { acked: number };
    return { records: acked, seconds, cpuSeconds };
  } finally {
    await Promise.all([workload, summary].map((file) => rm(file, { force: true })));
  }
}

function settings(task: Task): string[] {
  const level = LEVELS[task.compression];
  const all = {
    acks: task.acks,
    idempotent: isIdempotent(task),
    compression: task.compression,
    ...(level === undefined ? {} : { compressionLevel: level }),
    batchBytes: BATCH_BYTES,
    lingerMs: LINGER_MS,
  };
  return Object.entries(all).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
}
