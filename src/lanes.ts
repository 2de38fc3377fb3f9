/** Builds the lanes of a run: for each profile a driver with topics of its own, and for each source a feed of its own. */
import { isSimulated } from './backfill.js';
import type { Crew } from './crew.js';
import type { Dial } from './dial.js';
import { EventmillError } from './errors.js';
import type { PacedSource } from './horizon.js';
import { Lane } from './lane.js';
import type { Manifest } from './manifest.js';
import { listParts, loadPart } from './parts.js';
import { persist } from './patience.js';
import type { OpenedSource, PreparedSource } from './prepare.js';
import type { ProfileCounts } from './pulse.js';
import { ownsTruth, WHOLE } from './shard.js';
import { Source } from './source.js';
import { isAway } from './transport/refusals.js';
import type {
  Clock,
  Codec,
  CodecPart,
  DriverContext,
  DriverPart,
  Profile,
  Random,
  Security,
  Shard,
} from './types.js';
import { Digest } from './verify/digest.js';

/** Of a topic that is created, and that nobody gave a number. */
export const DEFAULT_PARTITIONS = 6;

/** A lane before it is connected: in this thread, or in several. */
export interface PlannedLane<L extends Lane | Crew = Lane | Crew> {
  readonly lane: L;
  readonly needsBrokers: boolean;
  /** Topic of each source, in their order. */
  readonly topics: readonly string[];
  /** Topics beside those, and whether they are compacted. */
  readonly sides: ReadonlyMap<string, boolean>;
  readonly opened: readonly OpenedSource[];
  readonly digest: Digest | null;
}

export interface LaneWishes {
  readonly sources: readonly PreparedSource[];
  /** Asked for explicitly. */
  readonly partitions?: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly warn: (message: string) => void;
  readonly security?: Security;
  readonly clientId?: string;
  readonly output?: NodeJS.WritableStream;
  readonly folder?: string;
  readonly envelope?: boolean;
  readonly shard?: Shard;
  readonly manifest?: Pick<Manifest, 'tell'> | undefined;
  /** Whether what is made is hashed. */
  readonly digest?: boolean;
}

/** TOPIC.PROFILE when several profiles run, TOPIC when one does. */
export function laneTopic(topic: string, profile: Pick<Profile, 'name'>, profiles: number): string {
  return profiles > 1 ? `${topic}.${profile.name}` : topic;
}

/** Finds each profile's driver. Unknown ones are told before anything else is done. */
export function loadDrivers(profiles: readonly Profile[]): Promise<DriverPart[]> {
  return Promise.all(profiles.map((profile) => loadPart<DriverPart>('drivers', profile.settings.driver)));
}

/** Loads the codecs that the profiles name, by that name, and proves that they work here. */
export async function loadCodecs(names: Iterable<string>): Promise<Map<string, Codec>> {
  const codecs = new Map<string, Codec>();
  for (const name of new Set(names)) {
    if (name === 'none') continue;
    codecs.set(name, await (await loadPart<CodecPart>('codecs', name)).load());
  }
  return codecs;
}

/** Every codec that works here, by its id in a batch; a batch in another one says so when it comes. */
export async function loadCodecsById(): Promise<ReadonlyMap<number, Codec>> {
  const codecs = new Map<number, Codec>();
  for (const name of listParts('codecs')) {
    try {
      const codec = await (await loadPart<CodecPart>('codecs', name)).load();
      codecs.set(codec.id, codec);
    } catch (error) {
      if (!(error instanceof EventmillError)) throw error;
    }
  }
  return codecs;
}

export function planLane(
  profile: Profile,
  driverPart: DriverPart,
  brokers: readonly string[],
  codec: Codec | null,
  profiles: number,
  wishes: LaneWishes,
): PlannedLane<Lane> {
  const context: DriverContext = {
    profile,
    clock: wishes.clock,
    brokers,
    clientId: wishes.clientId ?? `eventmill-${profile.name}`,
    codec,
    partitions: wishes.partitions ?? driverPart.partitions ?? DEFAULT_PARTITIONS,
    warn: wishes.warn,
    ...(wishes.security === undefined ? {} : { security: wishes.security }),
    ...(wishes.output === undefined ? {} : { output: wishes.output }),
    ...(wishes.folder === undefined ? {} : { folder: wishes.folder }),
    ...(wishes.envelope === undefined ? {} : { envelope: wishes.envelope }),
  };
  const { shard = WHOLE } = wishes;
  const random = wishes.random.fork(`lane ${profile.name}${shard.of > 1 ? ` ${shard.index}` : ''}`);
  const lane = new Lane(profile, driverPart.create(context), wishes.clock, random, shard);
  const digest = wishes.digest === true ? new Digest() : null;
  lane.tally.digest = digest;
  const topics = wishes.sources.map(({ topic }) => laneTopic(topic, profile, profiles));
  const opened = wishes.sources.map((source, i) => {
    const stream = { profile: profile.name, source: source.source.name, topic: topics[i]! };
    return source.open((truth, place) => {
      if (!ownsTruth(shard, truth.key, place)) return;
      lane.tally.tampered(truth.disorder, truth.neverCame === true);
      wishes.manifest?.tell(stream, truth);
    });
  });
  return {
    lane,
    digest,
    needsBrokers: driverPart.needsBrokers,
    topics,
    sides: sidesOf(opened, profile, profiles),
    opened,
  };
}

/** Connects a lane to brokers that have been greeted: one that is away for a moment is dialled again. */
export function connectLane(
  { driver }: Pick<Lane, 'driver'>,
  topics: readonly string[],
  clock: Clock,
  warn: (message: string) => void,
): Promise<void> {
  return persist(() => driver.connect(topics), { clock, warn, mayPass: isAway });
}

/** The topics that sources write to beside their own, and whether each is compacted. */
export function sidesOf(
  opened: readonly OpenedSource[],
  profile: Profile,
  profiles: number,
): ReadonlyMap<string, boolean> {
  const sides = opened.flatMap(({ feed }) => feed.sides ?? []);
  return new Map(
    sides.map(({ topic, compacted }) => [laneTopic(topic, profile, profiles), compacted ?? false]),
  );
}

/** The sources of a connected lane, ready to be driven from `startAt`. */
export function paceSources(
  { lane, topics, opened, digest }: PlannedLane<Lane>,
  sources: readonly PreparedSource[],
  startAt: number,
  random: Random,
  dial?: Dial,
  shard = WHOLE,
  clock?: Clock,
): PacedSource[] {
  return opened.map(({ feed, serializer, pace }, i) => {
    const { source, key, topic } = sources[i]!;
    const digested = digest?.of(topic, serializer, isSimulated(source));
    const paced = new Source({
      name: source.name,
      feed,
      key,
      serializer: digested?.serializer ?? serializer,
      digest: digested,
      topic: topics[i]!,
      suffix: topics[i]!.slice(sources[i]!.topic.length),
      accumulator: lane.accumulator,
      random: random.fork(`sticky ${source.name}`),
      shard,
    });
    return { source: paced, pace: pace(startAt, dial, clock && (() => clock.now())) };
  });
}

/** A lane's counts at this moment, for a pulse that outlives the process. */
export function countsOf({ lane: { profile, tally }, topics, sides }: PlannedLane): ProfileCounts {
  const { acked, unacknowledged: written } = tally.fates;
  const { madeCount: made, pending } = tally;
  return {
    name: profile.name,
    topics: [...new Set([...topics, ...sides.keys()])],
    made,
    acked,
    written,
    pending,
  };
}
