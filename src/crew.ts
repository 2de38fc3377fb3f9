/**
 * A profile made and sent by several threads. To the run it is one lane: it starts and stops as one, its tally is the sum
 * of theirs, and a thread that dies leaves records whose fate is told as unknown.
 */
import { systemClock } from './clock.js';
import type { Dial } from './dial.js';
import type { Truth } from './disorder.js';
import { EventmillError } from './errors.js';
import { Hand } from './hand.js';
import { laneTopic, sidesOf } from './lanes.js';
import type { Manifest, Stream } from './manifest.js';
import { mergeLive } from './merge.js';
import { portrait, topicPortrait } from './portrait.js';
import type { PreparedSource } from './prepare.js';
import type { RunRequest } from './request.js';
import { plain } from './security/plain.js';
import { shardWithin, WHOLE } from './shard.js';
import type { Peeked } from './source.js';
import { FATES, settledOf, Tally, type TopicTally } from './tally.js';
import type {
  DriverPart,
  LiveSnapshot,
  MachineLoad,
  Profile,
  Security,
  Shard,
  VerifyResult,
  Workload,
} from './types.js';
import type { Figures, Told, WorkOrder } from './working.js';

export interface CrewOptions {
  readonly workers: number;
  readonly workload: Workload;
  readonly profile: Profile;
  readonly profiles: number;
  readonly shard?: Shard;
  readonly brokers: readonly string[];
  readonly security?: Security;
  readonly clientId?: string;
  readonly partitions?: number;
  /** Whether what is made is hashed. */
  readonly digest?: boolean;
  /** Takes the lines of all threads as they come. */
  readonly manifest?: Manifest | undefined;
  readonly warn: (message: string) => void;
}

const DIED = 'WORKER_DIED';

/** Throws CONFIG for a run that threads cannot share: what a program handed in stays in its own thread. */
export function checkCrew({ workload, profiles, security, clock }: RunRequest): void {
  const only = (what: string, remedy: string) =>
    new EventmillError('CONFIG', `workers: expected 1, since ${what}; ${remedy}`);
  if (workload.sources.some(({ part }) => part !== undefined))
    throw only('a generator was handed in as an object', 'name its file instead');
  if (security?.sasl?.mechanism === 'OAUTHBEARER')
    throw only('tokens of OAUTHBEARER are asked for in one thread', 'take another mechanism');
  if (clock !== undefined && clock !== systemClock)
    throw only('time is not the real one', 'leave the clock out');
  const lines = profiles.find(({ settings }) => ['file', 'stdout'].includes(settings.driver));
  if (lines !== undefined)
    throw only(`the driver ${lines.settings.driver} writes in one order`, 'take kafka, kafkajs or null');
}

/** A profile for threads, which finds what is wrong with its sources before any is started. */
export function planCrew(options: CrewOptions, sources: readonly PreparedSource[], driver: DriverPart) {
  const { profile, profiles } = options;
  const sides = sidesOf(
    sources.map((source) => source.open()),
    profile,
    profiles,
  );
  const topics = sources.map(({ topic }) => laneTopic(topic, profile, profiles));
  return {
    lane: new Crew(options),
    needsBrokers: driver.needsBrokers,
    topics,
    sides,
    opened: [],
    digest: null,
  };
}

export class Crew {
  readonly profile: Profile;
  readonly tally = new Tally();
  verify: VerifyResult | undefined;
  failure: unknown;
  cpuSeconds = 0;
  cpuShared = 1;
  machine: MachineLoad | undefined;
  making = false;
  /** What a run asks of a lane's driver. */
  readonly driver = {
    connect: (topics: readonly string[]) => this.#connect(topics),
    partitionCount: (topic: string) => this.#partitions[topic] ?? 0,
    close: () => this.#close(),
  };
  readonly #options: CrewOptions;
  #hands: readonly Hand[] = [];
  #topics: readonly string[] = [];
  #partitions: Readonly<{ [topic: string]: number }> = {};
  #summed: readonly (Figures | null)[] = [];

  constructor(options: CrewOptions) {
    this.profile = options.profile;
    this.#options = options;
  }

  async #connect(topics: readonly string[]): Promise<void> {
    const { workers, workload, profile, profiles, brokers, warn } = this.#options;
    const { security, clientId, partitions, digest, manifest, shard = WHOLE } = this.#options;
    this.#topics = topics;
    this.#hands = Array.from({ length: workers }, (_, index) => {
      const order: WorkOrder = {
        workload,
        profile,
        profiles,
        shard: shardWithin(shard, index, workers),
        brokers,
        made: new Float64Array(new SharedArrayBuffer(8 * topics.length)),
        ...(security === undefined ? {} : { security: plain(security) }),
        ...(clientId === undefined ? {} : { clientId }),
        ...(partitions === undefined ? {} : { partitions }),
        digest: digest === true,
        manifest: manifest !== undefined,
      };
      const name = `worker ${index + 1} of ${workers}`;
      // What one of them cannot do any more the others are not to go on with; what they have made is sent.
      const tell = (stream: Stream, truth: Truth) => manifest?.tell(stream, truth);
      return new Hand(name, order, { onFailure: () => this.stop(), warn, tell });
    });
    const [first] = await Promise.all(this.#hands.map(({ ready }) => ready));
    this.#partitions = first ?? {};
  }

  /** Resolves when every record of every thread has its fate. Never rejects: what went wrong is `failure`. */
  async drive(startAt: number, dial: Dial): Promise<void> {
    const unheard = dial.onTurn((at) => this.#tell({ tell: 'turn', factor: dial.factor, at }));
    this.making = true;
    this.#tell({ tell: 'go', startAt });
    await Promise.all(this.#hands.map(({ over }) => over));
    this.making = false;
    unheard();
    this.#sum();
    const failed = this.#hands.find(({ failure }) => failure !== null);
    if (failed?.failure) this.failure = new EventmillError(failed.failure.code, failed.failure.text);
  }

  stop(): void {
    this.#tell({ tell: 'stop' });
  }

  abort(): void {
    this.#tell({ tell: 'abort' });
  }

  /** Shows events of one of the threads that live. */
  peek(count: number, show: (event: Peeked) => void): void {
    const hand = this.#hands.find(({ died }) => !died);
    if (hand === undefined) return;
    hand.peeked = show;
    hand.tell({ tell: 'peek', count });
  }

  #tell(told: Told): void {
    for (const hand of this.#hands) hand.tell(told);
  }

  async #close(): Promise<void> {
    await Promise.all(this.#hands.map(({ thread }) => thread.terminate()));
  }

  // ---------------------------------------------------------------- telling

  snapshot(): LiveSnapshot {
    const lives = this.#sum();
    const live = lives.length === 0 ? nothingYet(this.profile) : mergeLive(lives);
    const topics = Object.fromEntries(
      [...this.tally.topics].map(([name, topic]) => [name, topicPortrait(topic, !this.making)]),
    );
    const { cpuSeconds, cpuShared, machine, verify } = this;
    const seen = machine === undefined ? {} : { machine };
    const profile = { ...live.profile, topics, cpuSeconds, cpuShared, ...seen };
    return { ...live, profile: verify === undefined ? profile : { ...profile, verify } };
  }

  /** Brings the tally up to what the threads have told last, and returns their figures. */
  #sum(): LiveSnapshot[] {
    const lives = this.#hands.flatMap((hand) => this.#livesOf(hand));
    const all = this.#hands.map(({ figures }) => figures);
    if (this.making && all.every((one, i) => one === this.#summed[i])) return lives;
    this.#summed = all;
    const { tally } = this;
    const profiles = lives.map(({ profile }) => profile);
    for (const fate of FATES) tally.fates[fate] = profiles.reduce((sum, one) => sum + one[fate], 0);
    // Final ones alone, as each thread's own tally has them.
    tally.fates.unacknowledged = profiles.reduce((sum, one) => sum + one.records - one.acked, 0);
    tally.madeCount = lives.reduce((sum, { pending }) => sum + pending, 0);
    for (const fate of FATES) tally.madeCount += tally.fates[fate];
    for (const topic of new Set(profiles.flatMap((one) => Object.keys(one.topics)))) {
      const parts = profiles.flatMap((one) => one.topics[topic] ?? []);
      const unnamed = all.reduce((sum, one) => sum + (one?.unnamed[topic] ?? 0), 0);
      sumTopic(tally.topic(topic, parts[0]!.partitions), parts, unnamed);
    }
    return lives;
  }

  /** A dead thread's records: of those it had made when it was heard of last, and after that, nobody knows what became. */
  #livesOf({ figures, died, made }: Hand): LiveSnapshot[] {
    if (figures === null && !died) return [];
    const live = figures?.live ?? nothingYet(this.profile);
    if (!died) return [live];
    const topics = { ...live.profile.topics };
    let lost = 0;
    this.#topics.forEach((name, i) => {
      const topic = topics[name] ?? noTopic(this.#partitions[name] ?? 1);
      const settled = settledOf({ ...topic, ...topic.fates });
      const unknown = Math.max(topic.due, made[i]!) - settled;
      lost += unknown;
      const records = topic.records + unknown;
      const fates = { ...topic.fates, unacknowledged: records - topic.fates.acked };
      topics[name] = { ...topic, fates, records, due: settled + unknown };
    });
    const { profile } = live;
    const records = profile.records + lost;
    const { errors, errorsByFate } = profile;
    return [
      {
        ...live,
        profile: {
          ...profile,
          topics,
          due: settledOf(profile) + lost,
          unacknowledged: records - profile.acked,
          records,
          ...(lost > 0 && {
            errors: { ...errors, [DIED]: lost },
            errorsByFate: {
              ...errorsByFate,
              unacknowledged: { ...errorsByFate.unacknowledged, [DIED]: lost },
            },
          }),
        },
        pending: 0,
        bufferBytes: 0,
        inFlightRequests: 0,
        targetRecordsPerSecond: 0,
      },
    ];
  }
}

type TopicPart = LiveSnapshot['profile']['topics'][string];

function sumTopic(tally: TopicTally, parts: readonly TopicPart[], unnamed: number): void {
  tally.unnamed = unnamed;
  tally.made = parts.reduce((sum, { due }) => sum + due, 0);
  for (const fate of FATES) tally.fates[fate] = parts.reduce((sum, { fates }) => sum + fates[fate], 0);
  tally.fates.unacknowledged = parts.reduce((sum, { records, fates }) => sum + records - fates.acked, 0);
  tally.written.fill(0);
  for (const { written, offsets } of parts) {
    for (const [partition, count] of Object.entries(written)) tally.written[Number(partition)]! += count;
    for (const [partition, [first, next]] of Object.entries(offsets)) {
      if (next >= 0) tally.wrote(Number(partition), first, next - first);
    }
  }
}

function noTopic(partitions: number): TopicPart {
  const fates = { acked: 0, failed: 0, expired: 0, dropped: 0, unacknowledged: 0 };
  return { records: 0, partitions, offsets: {}, written: {}, fates, due: 0 };
}

/** A profile of which nothing has been heard yet. */
function nothingYet(profile: Profile): LiveSnapshot {
  return portrait({
    profile,
    tally: new Tally(),
    due: 0,
    over: true,
    now: 0,
    wireBytes: 0,
    requests: 0,
    bufferBytes: 0,
    inFlightRequests: 0,
    targetRecordsPerSecond: 0,
    cpuSeconds: 0,
    cpuShared: 1,
    limitedBy: 'not due',
    verify: undefined,
  });
}
