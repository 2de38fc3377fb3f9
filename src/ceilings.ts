/**
 * Composition: what this machine can do at most, stage by stage, in short interleaved rounds, so that whatever else the
 * machine does meanwhile hits all stages alike. Everything is measured as a run would do it.
 */
import { loadProfile } from './config/load.js';
import { errorText } from './errors.js';
import { loadCodecs } from './lanes.js';
import { listParts } from './parts.js';
import { type PreparedSource, prepareSource } from './prepare.js';
import { crc32c } from './protocol/crc32c.js';
import { createRandom } from './random.js';
import { run } from './run.js';
import type { Clock, Codec, Workload, WorkloadSource } from './types.js';

export type Unit = 'records/s' | 'MB/s' | 'ms';

/** One figure of each round. */
export interface Ceiling {
  /** A generator's or a codec's name. */
  readonly of?: string;
  readonly name: string;
  readonly unit: Unit;
  /** What it means for a run. */
  readonly meaning: string;
  readonly note?: string;
  readonly rounds: readonly number[];
}

export interface CeilingsRequest {
  readonly generators: readonly string[];
  readonly rounds: number;
  /** How long each measurement of each round takes, ms. */
  readonly roundMs: number;
  readonly clock: Clock;
  /** Called before each round; false ends it with the rounds so far. */
  readonly goOn: (round: number) => boolean;
}

interface Stage extends Omit<Ceiling, 'rounds'> {
  measure(): Promise<number>;
}

const SEED = 1;
/** What is compressed at a time: a batch of the profile `throughput`. */
const SAMPLE_BYTES = 128 * 1024;
const CRC_BYTES = 1024 * 1024;
/** The clock is read once per so many events. */
const CLOCK_EVERY = 500;

/** Measures everything in turn, `rounds` times, after a round that only warms up. */
export async function ceilings(request: CeilingsRequest): Promise<Ceiling[]> {
  const stages = [
    ...(await Promise.all(request.generators.map((generator) => ofGenerator(generator, request)))).flat(),
    ...(await ofCodecs(request)),
    ofChecksum(request),
    ofTimer(request),
  ];
  const figures = stages.map((): number[] => []);
  for (let round = 0; round <= request.rounds && request.goOn(round); round++) {
    for (const [at, stage] of stages.entries()) {
      const figure = await stage.measure();
      if (round > 0) figures[at]!.push(figure);
    }
  }
  return stages.map(({ measure: _, ...stage }, at) => ({ ...stage, rounds: figures[at]! }));
}

function sourceOf(generator: string): WorkloadSource {
  const options = {};
  const time = { kind: 'live' } as const;
  return { name: 'source', generator, serializer: 'json', rate: { kind: 'max' }, time, options };
}

const prepared = (generator: string): Promise<PreparedSource> =>
  prepareSource(sourceOf(generator), 'calibrate', createRandom(SEED));

/** What is wrong with generators that cannot be made ready, in words. */
export async function generatorMistakes(generators: readonly string[]): Promise<readonly string[]> {
  const tried = await Promise.allSettled(generators.map(prepared));
  return tried.flatMap((one) => (one.status === 'rejected' ? [errorText(one.reason)] : []));
}

async function ofGenerator(generator: string, { roundMs, clock }: CeilingsRequest): Promise<Stage[]> {
  const { feed, serializer } = (await prepared(generator)).open();
  const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
  const through = (driver: string) => async () => {
    const workload: Workload = {
      name: 'calibrate',
      doc: '',
      seed: SEED,
      limits: { durationMs: roundMs },
      faults: [],
      sources: [sourceOf(generator)],
    };
    const { snapshot } = await run({
      workload,
      profiles: [await loadProfile('async', [`driver=${driver}`])],
    });
    return snapshot.profiles[0]!.profile.recordsPerSecond;
  };
  return [
    {
      of: generator,
      name: 'generator',
      unit: 'records/s',
      meaning: 'making events and nothing else',
      measure: () => perSecond(clock, roundMs, (now) => feed.next(now)),
    },
    {
      of: generator,
      name: 'and serializer',
      unit: 'records/s',
      meaning: 'events as bytes: no profile is faster on one thread',
      measure: () => perSecond(clock, roundMs, (now) => serializer.write(feed.next(now).value, buffer, 0)),
    },
    {
      of: generator,
      name: 'pipeline into null',
      unit: 'records/s',
      meaning:
        'with batches, queues and measuring, but nothing is sent: compare a profile with this, not with the network',
      measure: through('null'),
    },
    {
      of: generator,
      name: 'into the sandbox',
      unit: 'records/s',
      meaning: 'through a real socket into the sandbox, which takes a processor of this machine, too',
      measure: through('kafka'),
    },
  ];
}

async function perSecond(clock: Clock, roundMs: number, once: (now: number) => unknown): Promise<number> {
  const from = clock.now();
  let now = from;
  let count = 0;
  for (; now - from < roundMs; now = clock.now()) {
    for (let i = 0; i < CLOCK_EVERY; i++) once(now);
    count += CLOCK_EVERY;
  }
  // What was asked for meanwhile, such as an end, gets its turn.
  await clock.yield();
  return (count * 1000) / (now - from);
}

async function ofCodecs({ generators, roundMs, clock }: CeilingsRequest): Promise<Stage[]> {
  const raw = await sample(generators[0]!);
  const stages: Stage[] = [];
  for (const [name, codec] of await loadCodecs(listParts('codecs'))) {
    const packed = await codec.compress(raw);
    stages.push({
      of: name,
      name: 'compression',
      unit: 'MB/s',
      meaning: 'one batch at a time; more go side by side where there are more processors',
      note: `${(raw.length / packed.length).toFixed(1)} times smaller`,
      measure: () => megabytesPerSecond(clock, roundMs, raw, (bytes) => codec.compress(bytes)),
    });
  }
  return stages;
}

/** A batch's worth of values. */
async function sample(generator: string): Promise<Buffer> {
  const { feed, serializer } = (await prepared(generator)).open();
  const buffer = Buffer.allocUnsafeSlow(4 * SAMPLE_BYTES);
  const due = Date.UTC(2025, 0, 1);
  let end = 0;
  for (let i = 0; end < SAMPLE_BYTES; i++) end = serializer.write(feed.next(due + i).value, buffer, end);
  return buffer.subarray(0, end);
}

async function megabytesPerSecond(
  clock: Clock,
  roundMs: number,
  bytes: Buffer,
  once: (bytes: Buffer) => ReturnType<Codec['compress']> | number,
): Promise<number> {
  const from = clock.now();
  let count = 0;
  for (; clock.now() - from < roundMs; count++) {
    const work = once(bytes);
    if (typeof work !== 'number') await work;
  }
  return (count * bytes.length) / 1e3 / (clock.now() - from);
}

function ofChecksum({ roundMs, clock }: CeilingsRequest): Stage {
  const bytes = Buffer.alloc(CRC_BYTES, 'check');
  return {
    name: 'checksum (CRC-32C)',
    unit: 'MB/s',
    meaning: 'each batch is summed once before it is sent',
    measure: () => megabytesPerSecond(clock, roundMs, bytes, (data) => crc32c(data)),
  };
}

function ofTimer({ roundMs, clock }: CeilingsRequest): Stage {
  return {
    name: '1 ms timer late by, p99',
    unit: 'ms',
    meaning:
      'no latency below this says anything about a broker; much more than 1 ms: the machine is busy with something else',
    async measure() {
      const late: number[] = [];
      const until = clock.now() + roundMs;
      for (let from = clock.now(); from < until; from = clock.now()) {
        await clock.sleep(1);
        late.push(Math.max(0, clock.now() - from - 1));
      }
      late.sort((a, b) => a - b);
      return late[Math.ceil(late.length * 0.99) - 1]!;
    },
  };
}
