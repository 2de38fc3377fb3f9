/** What can be timed alone, from one generator to the whole pipeline. Each runs in a process of its own, so that none finds code warmed by another. */
import { parseArgs } from 'node:util';
import { systemClock } from '../../src/clock.js';
import { loadProfile } from '../../src/config/load.js';
import { checkOptions } from '../../src/config/options.js';
import { tuneEngine } from '../../src/engine.js';
import { openFeed } from '../../src/generator.js';
import { loadPart } from '../../src/parts.js';
import { prepareSource } from '../../src/prepare.js';
import { createRandom } from '../../src/random.js';
import { expectedOf } from '../../src/replay.js';
import { startRun } from '../../src/run.js';
import type { Feed, GeneratorPart, SerializerPart, Workload } from '../../src/types.js';
import type { Expected } from '../../src/verify/expectations.js';
import { type Evidence, Verifier } from '../../src/verify/verifier.js';
import { AT, madeUpOrders } from './made-up.js';
import { takeMeasuringOut, watch } from './measuring.js';
import { metadataOf } from './metadata.js';
import { cpuShares, heapShares } from './profile.js';

/** One measurement; `records` in `seconds` of wall time and `cpuSeconds` of user and system time. */
export interface Measured {
  readonly records: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Of a value, where there is one. */
  readonly valueBytes: number;
  /** The most that the process held in memory, bytes; where a whole pipeline ran. */
  readonly peakBytes?: number;
}

const { values } = parseArgs({
  options: {
    stage: { type: 'string', default: 'null' },
    generator: { type: 'string', default: 'stock' },
    records: { type: 'string', default: '1000000' },
    profile: { type: 'string', default: 'async' },
    brokers: { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
    options: { type: 'string', default: '{}' },
    unmeasured: { type: 'boolean', default: false },
    watched: { type: 'boolean', default: false },
    warmup: { type: 'string', default: '0' },
    partitions: { type: 'string' },
    'value-bytes': { type: 'string' },
    'side-by-side': { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
    seconds: { type: 'string' },
    profiled: { type: 'string' },
  },
});

const PIECE = 50_000;

/** The generator's options, as JSON: `--options '{"symbols":500}'`. */
function given(): { [name: string]: unknown } {
  return JSON.parse(values.options) as { [name: string]: unknown };
}

async function openOwn(generator: string): Promise<Feed> {
  const part = await loadPart<GeneratorPart>('generators', generator);
  const options = checkOptions(part.options ?? {}, given(), generator);
  const time = { kind: 'live', pace: 'own', start: Date.UTC(2024, 0, 8), speed: 1 } as const;
  return openFeed(part, { options, random: createRandom(1).fork(generator), time }, generator);
}

/** Calls `once` so many times, after a tenth of that as a warm-up. */
function timed(records: number, once: (i: number) => number): Measured {
  for (let i = 0; i < records / 10; i++) once(i);
  const before = process.cpuUsage();
  const from = systemClock.now();
  let bytes = 0;
  for (let i = 0; i < records; i++) bytes += once(i);
  const seconds = (systemClock.now() - from) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { records, seconds, cpuSeconds: (user + system) / 1e6, valueBytes: Math.round(bytes / records) };
}

async function generatorAlone(generator: string, records: number): Promise<Measured> {
  const feed = await openOwn(generator);
  const now = systemClock.now();
  return timed(records, (i) => feed.next(now + i / 1000).timestamp && 0);
}

async function generatorAndSerializer(generator: string, records: number): Promise<Measured> {
  const feed = await openOwn(generator);
  const { compile } = await loadPart<SerializerPart>('serializers', 'json');
  const serializer = compile(feed.fields);
  const buffer = Buffer.allocUnsafeSlow(65536);
  const now = systemClock.now();
  return timed(records, (i) => serializer.write(feed.next(now + i / 1000).value, buffer, 0));
}

async function expectedFrom(generator: string): Promise<Expected> {
  const source = {
    name: generator,
    generator,
    serializer: 'json',
    rate: { kind: 'max' },
    options: given(),
  } as const;
  const prepared = await prepareSource({ ...source, time: { kind: 'live' } }, 'bench', createRandom(1));
  return expectedOf(prepared, 'bench');
}

/** Judging records that lie in memory, among them making the source once more; reading them from a broker comes on top. */
async function verifying(generator: string, records: number): Promise<Measured> {
  const expected = await expectedFrom(generator);
  const made = expected.open();
  const value = Buffer.allocUnsafeSlow(64 * 1024);
  const verifier = new Verifier([expected]);
  let bytes = 0;
  let seconds = 0;
  let cpuSeconds = 0;
  // In pieces, so that the evidence of a million records need not lie in memory at once.
  for (let left = records; left > 0; left -= PIECE) {
    const piece: Evidence[] = [];
    for (let i = Math.min(left, PIECE); i > 0 && made.next(); i--) {
      const { keyStart, keyLength, valueLength } = made;
      value.set(made.value.subarray(0, valueLength));
      const key = Buffer.from(made.key!.subarray(keyStart, keyStart + keyLength));
      const text = Buffer.from(value.subarray(0, valueLength));
      const { timestamp } = JSON.parse(text.toString()) as { timestamp: number };
      piece.push({ partition: 0, offset: 0, timestamp, key, value: text, producerId: 1 });
    }
    const before = process.cpuUsage();
    const from = systemClock.now();
    for (const record of piece) verifier.see('bench', record);
    seconds += (systemClock.now() - from) / 1000;
    const { user, system } = process.cpuUsage(before);
    cpuSeconds += (user + system) / 1e6;
    bytes += piece.reduce((sum, one) => sum + one.value!.length, 0);
  }
  const { distinct, corrupted } = verifier.findings('bench');
  if (distinct !== records || corrupted > 0)
    throw new Error(`${distinct} recognised, ${corrupted} corrupted`);
  return { records, seconds, cpuSeconds, valueBytes: Math.round(bytes / records) };
}

/**
 * What a verifier holds after so many records, at each power of two: a curve, from which more can be told. The records are
 * the source's own, two copies of a replay, so that nothing but the verifier grows.
 */
async function verifyMemory(generator: string, records: number): Promise<void> {
  const expected = generator === 'made-up' ? madeUpOrders() : await expectedFrom(generator);
  const made = expected.open() as ReturnType<typeof expected.open> & { timestamp?: number };
  const verifier = new Verifier([expected]);
  const from = process.cpuUsage();
  for (let count = 1; count <= records && made.next(); count++) {
    const { keyStart, keyLength, valueLength, timestamp = AT } = made;
    const key = made.key!.subarray(keyStart, keyStart + keyLength);
    const value = made.value.subarray(0, valueLength);
    verifier.see('bench', { partition: 0, offset: count, timestamp, key, value, producerId: 1 });
    if ((count & (count - 1)) !== 0 && count !== records) continue;
    const { user, system } = process.cpuUsage(from);
    const { distinct, corrupted } = verifier.findings('bench');
    if (distinct !== count || corrupted > 0)
      throw new Error(`${distinct} of ${count}, ${corrupted} corrupted`);
    const rss = process.memoryUsage.rss();
    const row = { records: count, verifierBytes: verifier.bytes, rss, cpuSeconds: (user + system) / 1e6 };
    if (count >= 1 << 16) process.stdout.write(`${JSON.stringify(row)}\n`);
  }
}

async function pipeline(
  generator: string,
  records: number,
  profile: string,
  brokers?: string,
  sets: string[] = [],
) {
  const workload: Workload = {
    name: 'bench',
    doc: 'one source at max',
    seed: 1,
    // Threads leave each other's events out only where the run ends by the clock.
    limits: values.seconds === undefined ? { count: records } : { durationMs: 1000 * Number(values.seconds) },
    faults: [],
    sources: [
      {
        name: generator,
        generator,
        serializer: 'json',
        rate: { kind: 'max' },
        time: { kind: 'live' },
        options: given(),
        ...(values['value-bytes'] ? { valueBytes: Number(values['value-bytes']) } : {}),
      },
    ],
  };
  const one = await loadProfile(profile, sets);
  const profiles = Array.from({ length: Number(values['side-by-side']) }, (_, i) =>
    i === 0 ? one : { ...one, name: `${one.name}-${i + 1}` },
  );
  const running = await startRun({
    workload,
    profiles,
    workers: Number(values.workers),
    ...(brokers ? { brokers: brokers.split(',') } : {}),
    ...(values.partitions ? { partitions: Number(values.partitions) } : {}),
  });
  const unwatch = values.watched ? watch(running) : undefined;
  const result = await running.done;
  await unwatch?.();
  if (result.exitCode !== 0) throw new Error(result.reasons.join('\n'));
  const rows = result.snapshot.profiles.map((each) => each.profile);
  const { seconds } = rows[0]!;
  // Side by side, each is told its share of what all of them took.
  const cpuSeconds = rows.reduce((sum, row) => sum + row.cpuSeconds, 0);
  const acked = rows.reduce((sum, row) => sum + row.acked, 0);
  const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
  const valueBytes = Math.round(bytes / acked);
  const peakBytes = 1024 * process.resourceUsage().maxRSS;
  return { records: acked, seconds, cpuSeconds, valueBytes, peakBytes };
}

const { stage, generator, profile, brokers, set } = values;
const records = Number(values.records);
tuneEngine();
if (values.unmeasured) takeMeasuringOut();
if (stage === 'verify-memory') {
  await verifyMemory(generator, records);
  process.exit();
}

async function measure(): Promise<Measured> {
  if (stage === 'generator') return generatorAlone(generator, records);
  if (stage === 'serializer') return generatorAndSerializer(generator, records);
  if (stage === 'verify') return verifying(generator, records);
  if (stage === 'metadata') return metadataOf(Number(brokers), records);
  const sets = stage === 'null' ? ['driver=null', ...set] : set;
  const warmup = Number(values.warmup);
  if (warmup > 0) await pipeline(generator, warmup, profile, brokers, sets);
  return pipeline(generator, records, profile, brokers, sets);
}

const shares = { cpu: cpuShares, heap: heapShares }[values.profiled ?? ''];
const told = shares === undefined ? await measure() : await shares(measure);
process.stdout.write(`${JSON.stringify(told)}\n`);
