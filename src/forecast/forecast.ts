/** A run told beforehand: what it would make, when, and what each profile would make of it. Nothing is sent, nobody is asked. */
import { loadCodecs, loadDrivers } from '../lanes.js';
import { type PreparedSource, prepareSources } from '../prepare.js';
import { createRandom } from '../random.js';
import { loadRate } from '../rate.js';
import { WHOLE, workerOf } from '../shard.js';
import type { Clock, Limits, Profile, Shard, Workload } from '../types.js';
import { version } from '../version.js';
import { type Beside, besides, type Circumstances } from './besides.js';
import { type Course, courseOf, partOf, type RateCourse } from './course.js';
import { type PastForecast, pastOf } from './past.js';
import { type ProfileForecast, profileForecast, type View } from './profile.js';
import { meanPayload, payloadBytes, type Sample, takeSample } from './sample.js';

export interface ForecastRequest {
  readonly workload: Workload;
  readonly profiles: readonly Profile[];
  /** Empty: the sandbox. */
  readonly brokers: readonly string[];
  readonly partitions?: number;
  /** 1 unless given. */
  readonly workers?: number;
  /** All of it unless given. */
  readonly shard?: Shard;
  /** What else is asked for. */
  readonly circumstances?: Circumstances;
  readonly warnings?: readonly string[];
  readonly clock: Clock;
}

/** Plain JSON. What is null is known only once it runs. */
export interface Forecast {
  readonly eventmill: string;
  readonly workload: string;
  readonly doc: string;
  readonly seed: number;
  readonly brokers: readonly string[];
  readonly sandbox: boolean;
  readonly limits: Limits;
  /** Threads that make and send the records of each profile. */
  readonly workers: number;
  /** Null: all of it. Then rates, records and bytes are this part's, and limits are those of the whole. */
  readonly shard: Shard | null;
  readonly end: Course['end'];
  readonly seconds: number | null;
  /** In each profile. */
  readonly records: number | null;
  /** Keys, values and headers, in each profile. */
  readonly bytes: number | null;
  /** Null: as fast as it goes. */
  readonly rate: RateCourse | null;
  readonly sources: readonly SourceForecast[];
  readonly profiles: readonly ProfileForecast[];
  /** What else would happen, each with the flag that asks for it. */
  readonly besides: readonly Beside[];
  readonly warnings: readonly string[];
}

export interface SourceForecast {
  readonly name: string;
  readonly generator: string;
  readonly topic: string;
  readonly key: string | null;
  readonly serializer: string;
  /** Its share in all records. */
  readonly share: number;
  readonly records: number | null;
  /** What it catches up on, where it begins in the past. */
  readonly past: PastForecast | null;
  /** Key, value and headers of one record. */
  readonly recordBytes: { readonly mean: number; readonly max: number };
  /** How many records were made and measured for this. */
  readonly measured: number;
  /** The first ones. */
  readonly examples: readonly { readonly key: string | null; readonly value: string | null }[];
}

const EXAMPLES = 2;

/** Throws an EventmillError for whatever a run would refuse, or what its generators throw. */
export async function forecast(request: ForecastRequest): Promise<Forecast> {
  const { workload, profiles, clock, shard = WHOLE, workers = 1 } = request;
  const prepared = await prepareSources(workload, createRandom(workload.seed));
  const drivers = await loadDrivers(profiles);
  const codecs = await loadCodecs(profiles.map(({ settings }) => settings.compression));
  const { durationMs = Number.POSITIVE_INFINITY, count = Number.POSITIVE_INFINITY } = workload.limits;
  const startAt = clock.now();
  const wishes = { startAt, horizonMs: durationMs, count, clock };
  const samples = prepared.map((source) => takeSample(source, wishes));
  const rates = await Promise.all(prepared.map((source) => rateOf(source)));
  const pasts = await Promise.all(prepared.map((source, i) => pastOf(source, samples[i]!, startAt)));
  const whole = courseOf(
    prepared.map(({ source }, i) => ({
      source,
      sample: samples[i]!,
      rate: rates[i],
      past: pasts[i]!,
      meanBytes: meanPayload(samples[i]!.records),
    })),
    workload.limits,
  );
  const course =
    shard.of === 1
      ? whole
      : partOf(
          whole,
          samples.map((sample) => ownShare(sample, shard)),
        );
  const sources = prepared.map((source, i) => ({
    ...sourceForecast(source, samples[i]!, course, i),
    past: pasts[i]!,
  }));
  const needsBrokers = drivers.some((driver) => driver.needsBrokers);
  const meanRecordBytes = sources.reduce((sum, { recordBytes, share }) => sum + recordBytes.mean * share, 0);
  const view: View = { request, samples, sources, course };
  return {
    eventmill: version(),
    workload: workload.name,
    doc: workload.doc,
    seed: workload.seed,
    brokers: needsBrokers ? request.brokers : [],
    sandbox: needsBrokers && request.brokers.length === 0,
    limits: workload.limits,
    workers,
    shard: shard.of === 1 ? null : shard,
    end: course.end,
    seconds: course.seconds,
    records: course.records,
    bytes: course.records === null ? null : Math.round(course.records * meanRecordBytes),
    rate: course.rate,
    sources,
    profiles: await Promise.all(
      profiles.map((profile, i) =>
        profileForecast(profile, drivers[i]!, codecs.get(profile.settings.compression) ?? null, view),
      ),
    ),
    besides: besides({
      ...request.circumstances,
      shard,
      workers,
      profiles,
      records: course.records,
      sources: workload.sources,
    }),
    warnings: request.warnings ?? [],
  };
}

/** The share of a source's events whose keys are a shard's own. */
function ownShare({ records }: Sample, shard: Shard): number {
  const own = records.filter(({ hash }, place) => workerOf(shard, 1, hash, place) === 0).length;
  return records.length === 0 ? 1 / shard.of : own / records.length;
}

/** The formula of a source; undefined for `max`, where the model's own calendar is in charge, and where the past comes first. */
function rateOf({ source: { rate, time } }: PreparedSource) {
  if (time.kind === 'backfill') return undefined;
  return time.kind === 'simulated' && time.speed !== undefined ? undefined : loadRate(rate);
}

function sourceForecast(
  { source, topic, key }: PreparedSource,
  { records }: Sample,
  course: Course,
  index: number,
): Omit<SourceForecast, 'past'> {
  const sizes = records.map(payloadBytes);
  return {
    name: source.name,
    generator: source.generator,
    topic,
    key,
    serializer: source.serializer,
    share: course.shares[index]!,
    records: course.recordsBySource[index]!,
    recordBytes: { mean: meanPayload(records), max: sizes.reduce((most, size) => Math.max(most, size), 0) },
    measured: records.length,
    examples: records.slice(0, EXAMPLES).map((record) => ({
      key: record.key?.toString() ?? null,
      value: record.value?.toString() ?? null,
    })),
  };
}
