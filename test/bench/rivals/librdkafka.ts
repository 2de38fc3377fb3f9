/**
 * librdkafka's own rdkafka_performance, built from the source that the npm package node-rdkafka carries. A header put in front of it
 * makes it send our values and keys; nothing else of it is changed.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fetched, output, programPath, root } from '../../support/tools.js';
import { timed } from '../timed.js';
import {
  BATCH_BYTES,
  type Effort,
  isIdempotent,
  LEVELS,
  LINGER_MS,
  type RivalKind,
  type Task,
} from './rival.js';

const PACKAGE = 'node-rdkafka@3.6.1';
const SOURCE = 'package/deps/librdkafka';
const HEADER = join(root, 'test/bench/rivals/librdkafka/feed.h');
const BUILD_MS_MAX = 600_000;

export const librdkafka: RivalKind = {
  doc: 'rdkafka_performance, of librdkafka, in C',
  async open() {
    const missing = ['gcc', 'make', 'npm'].filter((program) => programPath(program) === undefined);
    if (missing.length > 0) throw new Error(`${missing.join(' and ')} not on the PATH`);
    const program = join(await built(), 'rdkafka_performance');
    const help = await output('bash', ['-c', '"$0" -h 2>&1 || true', program]);
    const [, version] = /librdkafka version ([\d.]+)/.exec(help) ?? [];
    return {
      title: `librdkafka ${version} (rdkafka_performance)`,
      keyed: true,
      produce: (task) => produce(task, program),
    };
  },
};

/** The folder of the source with its library built, which takes a minute or more. */
function library(): Promise<string> {
  return fetched(`bench-${PACKAGE.replace('@', '-')}`, async (folder) => {
    const limit = { timeoutMs: BUILD_MS_MAX };
    const packed = await output('npm', ['pack', '--silent', '--pack-destination', folder, PACKAGE], limit);
    await output('tar', ['xzf', join(folder, packed.trim()), '-C', folder]);
    const inside = { cwd: join(folder, SOURCE), ...limit };
    await output('bash', ['./configure', '--disable-ssl', '--disable-sasl', '--disable-curl'], inside);
    await output('make', ['-C', 'src', `-j${availableParallelism()}`, 'librdkafka.a'], inside);
  });
}

/** The folder of the program, which is named after what it is built from. */
async function built(): Promise<string> {
  const source = join(await library(), SOURCE);
  const hash = createHash('sha256').update(PACKAGE).update(readFileSync(HEADER)).digest('hex');
  return fetched(`bench-rdkafka_performance-${hash.slice(0, 8)}`, async (folder) => {
    // What else it needs depends on what was found here, such as zlib.
    const lines = readFileSync(join(source, 'Makefile.config'), 'utf8').match(/^LIBS\+?=.*$/gm) ?? [];
    const libraries = lines.flatMap((line) => line.split('=')[1]!.trim().split(/\s+/));
    const program = ['examples/rdkafka_performance.c', 'src/librdkafka.a', ...libraries];
    const options = ['-O2', '-w', '-D_GNU_SOURCE', '-Isrc', '-include', HEADER];
    await output('gcc', [...options, '-o', join(folder, 'rdkafka_performance'), ...program], { cwd: source });
  });
}

async function produce(task: Task, program: string): Promise<Effort> {
  const level = LEVELS[task.compression];
  // Its buffer is its own, half a million records and 1 GiB: with our 32 MiB it spends its time asking whether there is room.
  const settings = [
    `linger.ms=${LINGER_MS}`,
    `batch.size=${BATCH_BYTES}`,
    `enable.idempotence=${isIdempotent(task)}`,
    // As Java and we choose partitions.
    'topic.partitioner=murmur2_random',
    ...(level === undefined ? [] : [`topic.compression.level=${level}`]),
  ];
  const env = { FEED_VALUES: task.payload.values, FEED_KEYS: task.payload.keys };
  const { stdout, cpuSeconds } = await timed(
    program,
    [
      ...['-P', '-q', '-b', task.broker, '-t', task.topic, '-c', String(task.records)],
      ...['-s', String(task.payload.valueBytes), '-a', task.acks === 'all' ? '-1' : '1'],
      ...['-z', task.compression, ...settings.flatMap((setting) => ['-X', setting])],
    ],
    { env },
  );
  const told = [...stdout.matchAll(/(\d+) delivered \(.*?\) in (\d+)ms/g)].at(-1);
  if (told === undefined) throw new Error(`rdkafka_performance said: ${stdout.slice(-500)}`);
  return { records: Number(told[1]), seconds: Number(told[2]) / 1000, cpuSeconds };
}
