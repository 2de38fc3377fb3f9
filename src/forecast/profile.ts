/** What one profile would make of a workload's records: its batches, its buffer, and what is worth knowing of both. */
import { PROFILE_SCHEMA } from '../config/profile-settings.js';
import { DEFAULT_PARTITIONS, laneTopic } from '../lanes.js';
import type { Codec, DriverPart, Profile, ProfileSettings } from '../types.js';
import { ALONE, type Batches, type Crew, type Traffic } from './batches.js';
import type { Course } from './course.js';
import type { ForecastRequest, SourceForecast } from './forecast.js';
import { type Note, notesOn } from './notes.js';
import { packedBatches } from './packing.js';
import type { Sample, SampleRecord } from './sample.js';

export interface ProfileForecast {
  readonly name: string;
  readonly doc: string;
  /** What differs from the defaults. */
  readonly changed: readonly Changed[];
  readonly topics: readonly TopicForecast[];
  /** Over all topics. */
  readonly batch: Pick<Batches, 'records' | 'bytes' | 'closedBy'>;
  /** Null: as fast as it goes. */
  readonly batchesPerSecond: number | null;
  /** How long a record waits for others at most; sending it and its acknowledgement come on top. */
  readonly waitMs: number;
  readonly compressionRatio: number;
  /** With a request for each batch: requests with several carry less of their own. Null: only known once it runs. */
  readonly wireBytes: number | null;
  readonly wireBytesPerSecond: number | null;
  readonly buffer: BufferForecast;
  readonly notes: readonly Note[];
}

export interface Changed {
  readonly setting: keyof ProfileSettings;
  readonly value: ProfileSettings[keyof ProfileSettings];
  readonly default: ProfileSettings[keyof ProfileSettings];
  readonly doc: string;
}

export interface TopicForecast {
  readonly name: string;
  /** Without the profile's name, which several profiles side by side add to it. */
  readonly base: string;
  readonly partitions: number;
  readonly perSecond: number | null;
  /** Keys among the records measured. */
  readonly keys: number;
  readonly hottest: Batches['hottest'];
  readonly idlePartitions: number;
}

export interface BufferForecast {
  /** Of all threads together. */
  readonly bytes: number;
  /** What goes into it; null: as fast as it goes. */
  readonly bytesPerSecond: number | null;
  /** How long it takes what is made while no broker takes anything; null where that is not known, or never full. */
  readonly lastsSeconds: number | null;
  /** Records that are older have expired. */
  readonly expireAfterSeconds: number;
  readonly whenFull: ProfileSettings['whenFull'];
}

/** What every profile looks at. */
export interface View {
  readonly request: ForecastRequest;
  readonly samples: readonly Sample[];
  readonly sources: readonly SourceForecast[];
  readonly course: Course;
}

/** What a Produce request adds to the batch that it carries, beside the names of the topic and the client. */
const REQUEST_BYTES = 64;

/** What one profile makes of what is made. */
export async function profileForecast(
  profile: Profile,
  driver: DriverPart,
  codec: Codec | null,
  view: View,
): Promise<ProfileForecast> {
  const { settings } = profile;
  const { request, course, sources } = view;
  const traffics = trafficsOf(driver, view);
  const parts = await Promise.all(
    traffics.map(async ([base, traffic]) => {
      const packed = await packedBatches(settings, codec, traffic, driver.packs === true);
      return { base, traffic, ...packed };
    }),
  );
  const weights = parts.map(({ traffic }) => traffic.share);
  const over = (of: (part: (typeof parts)[number]) => number) =>
    parts.reduce((sum, part, i) => sum + of(part) * weights[i]!, 0);
  const ratio = 1 / over((part) => 1 / part.ratio);
  const records = 1 / over(({ batches }) => 1 / batches.records);
  const bytesPerRecord = over(({ batches }) => batches.bytes / batches.records);
  const perSecond = course.rate?.mean ?? null;
  const framing = driver.needsBrokers
    ? over(
        ({ base }) =>
          REQUEST_BYTES + laneTopic(base, profile, request.profiles.length).length + profile.name.length,
      )
    : 0;
  const wireBytesPerRecord = bytesPerRecord / ratio + framing / records;
  const largest = parts.reduce((most, part) => (part.traffic.share > most.traffic.share ? part : most));
  const told: Omit<ProfileForecast, 'notes'> = {
    name: profile.name,
    doc: profile.doc,
    changed: changedSettings(settings),
    topics: parts.map(({ base, traffic, batches }) => ({
      name: laneTopic(base, profile, request.profiles.length),
      base,
      ...topicForecast(traffic, batches),
    })),
    batch: { records, bytes: records * bytesPerRecord, closedBy: largest.batches.closedBy },
    batchesPerSecond: perSecond === null ? null : perSecond / records,
    waitMs: Math.max(...parts.map(({ batches }) => batches.waitMs)),
    compressionRatio: ratio,
    wireBytes: course.records === null ? null : Math.round(course.records * wireBytesPerRecord),
    wireBytesPerSecond: perSecond === null ? null : perSecond * wireBytesPerRecord,
    buffer: bufferForecast(settings, crewOf(request), perSecond === null ? null : perSecond * bytesPerRecord),
  };
  const notes = notesOn({
    profile,
    forecast: told,
    sources,
    sandbox: driver.needsBrokers && request.brokers.length === 0,
    perSecond,
    workers: crewOf(request).workers,
  });
  return { ...told, notes };
}

function crewOf({ shard = ALONE.shard, workers = ALONE.workers }: ForecastRequest): Crew {
  return { shard, workers };
}

/** What goes to each topic, from whichever source. */
function trafficsOf(
  driver: DriverPart,
  { request, samples, course }: View,
): readonly (readonly [string, Traffic & { readonly share: number }])[] {
  const byTopic = new Map<string, { records: SampleRecord[]; share: number }>();
  for (const [i, { records }] of samples.entries()) {
    for (const record of records) {
      const known = byTopic.get(record.topic) ?? { records: [], share: 0 };
      known.records.push(record);
      known.share += course.shares[i]! / records.length;
      byTopic.set(record.topic, known);
    }
  }
  // Without a single record there is still a topic.
  if (byTopic.size === 0) byTopic.set('', { records: [], share: 1 });
  const perSecond = course.rate?.mean ?? null;
  const sum = [...byTopic.values()].reduce((before, { share }) => before + share, 0);
  return [...byTopic].map(([name, { records, share }]) => {
    const partitions = request.partitions ?? driver.partitions ?? DEFAULT_PARTITIONS;
    const part = share / sum;
    return [
      name,
      {
        records,
        partitions,
        share: part,
        perSecond: perSecond === null ? null : perSecond * part,
        total: course.records === null ? null : course.records * part,
        crew: crewOf(request),
      },
    ];
  });
}

function topicForecast(traffic: Traffic, { hottest, idle }: Batches): Omit<TopicForecast, 'name' | 'base'> {
  const keys = new Set(traffic.records.flatMap(({ key }) => (key === null ? [] : [key.toString('latin1')])));
  return {
    partitions: traffic.partitions,
    perSecond: traffic.perSecond,
    keys: keys.size,
    hottest,
    idlePartitions: idle,
  };
}

function changedSettings(settings: ProfileSettings): readonly Changed[] {
  return (Object.keys(PROFILE_SCHEMA) as (keyof ProfileSettings)[])
    .filter((setting) => settings[setting] !== PROFILE_SCHEMA[setting].default)
    .map((setting) => ({
      setting,
      value: settings[setting],
      default: PROFILE_SCHEMA[setting].default,
      doc: PROFILE_SCHEMA[setting].doc,
    }));
}

function bufferForecast(
  settings: ProfileSettings,
  { workers }: Crew,
  bytesPerSecond: number | null,
): BufferForecast {
  const { bufferBytes, whenFull, deliveryTimeoutMs, mode } = settings;
  const known = bytesPerSecond !== null && bytesPerSecond > 0 && mode !== 'sync';
  const bytes = workers * bufferBytes;
  return {
    bytes,
    bytesPerSecond,
    lastsSeconds: known ? bytes / bytesPerSecond : null,
    expireAfterSeconds: deliveryTimeoutMs / 1000,
    whenFull,
  };
}
