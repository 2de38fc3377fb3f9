/**
 * Long because a newcomer should find every central name in one place, and no code. Every other file may import this
 * one; it imports nothing.
 * Times are milliseconds since the epoch (fractions allowed) unless a name says otherwise; sizes are bytes.
 */

// ---------------------------------------------------------------- time and chance

/** The only source of time. `systemClock` is the real one; tests use a virtual one. */
export interface Clock {
  /** Now, in epoch milliseconds with fractions; never goes back. */
  now(): number;
  /** Calls `run` once, no earlier than `ms` from now. */
  after(ms: number, run: () => void): Timer;
  /** Resolves no earlier than `ms` from now. */
  sleep(ms: number): Promise<void>;
  /** Lets waiting input and output happen, then goes on. */
  yield(): Promise<void>;
  /** For how long in all (ms) this thread has had nothing to do, where that is known. */
  idleMs?(): number;
}

export interface Timer {
  cancel(): void;
}

/** One seeded stream of chance. The same seed gives the same numbers on every machine. */
export interface Random {
  /** An integer in 0 … 2³²−1. */
  uint32(): number;
  /** A number in [0, 1). */
  float(): number;
  /** An integer in 0 … below−1. */
  int(below: number): number;
  /** A standard normal deviate. */
  normal(): number;
  /** An exponential deviate of mean 1. */
  exponential(): number;
  /** An own stream for an entity, seeded by the seed of this one and the name, not by its state. */
  fork(name: string | number): Random;
}

// ---------------------------------------------------------------- parts: what families are made of

/** What every part of a family tells about itself for `eventmill list`. Its name is its file's name. */
export interface Part {
  /** One sentence. */
  readonly doc: string;
  /** Its documented parameters, by name. */
  readonly options?: Options;
}

export type Options = Readonly<{ [name: string]: Option }>;

/** One documented parameter of a part. */
export interface Option {
  readonly doc: string;
  readonly type:
    | 'integer'
    | 'number'
    | 'string'
    | 'boolean'
    | 'duration'
    | 'rate'
    | 'list'
    | 'integer-or-list';
  readonly default: OptionValue;
  /** Said aloud in `list`, such as `orders a day`. */
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  /** The allowed words, for a string. */
  readonly values?: readonly string[];
}

export type OptionValue = number | string | boolean | null | readonly (string | number)[];
export type OptionValues = Readonly<{ [name: string]: OptionValue }>;

// ---------------------------------------------------------------- generators

/** Declared fields, in the order in which they are written. */
export type Fields = Readonly<{ [name: string]: Field }>;

/**
 * How one field of a value is held in memory and shown. `optional` fields are left out while undefined
 * (for `code` and `raw`: while undefined or negative).
 */
export type Field = FieldShape & { readonly optional?: boolean; readonly doc?: string };
export type FieldShape =
  /** A safe integer. */
  | { readonly type: 'int' }
  /** A safe integer counting units of 10^-scale: 12345 with scale 2 is shown as 123.45. At least `digits` decimals are shown (default: scale); zeros beyond them are not. */
  | { readonly type: 'decimal'; readonly scale: number; readonly digits?: number }
  /** Any finite number, as JavaScript shows it. */
  | { readonly type: 'float' }
  | { readonly type: 'boolean' }
  | { readonly type: 'string' }
  /** An index into a table of strings that is complete when `create` returns: the fast way to write words. */
  | { readonly type: 'code'; readonly values: readonly string[] }
  /** An index into a table of JSON texts, for whole sub-objects that repeat. */
  | { readonly type: 'raw'; readonly values: readonly string[] }
  | { readonly type: 'object'; readonly fields: Fields }
  /** An array, all of whose elements are written. */
  | { readonly type: 'list'; readonly of: Field };

/** A generator: what `defineGenerator` returns and a file in generators/ exports by default. */
export interface GeneratorPart<V = unknown> extends Part {
  /** The topic its events go to unless the workload says otherwise. */
  readonly topic: string;
  /** The field whose text is the record's key unless the workload says otherwise; null for none. */
  readonly key?: string | null;
  /** Builds a feed. Pools are filled here, so that `next` only picks. */
  create(context: FeedContext): Feed<V>;
}

export interface FeedContext {
  /** The generator's own settings, checked against its `options` and completed with defaults. */
  readonly options: OptionValues;
  /** Seeded by (seed, source name); give each entity its own with `fork`. */
  readonly random: Random;
  readonly time: ModelTime;
  /** Present where other threads or machines make the events of other keys: a feed may leave out those for which it is false, and need not. */
  readonly owns?: (key: string) => boolean;
}

/**
 * How the model's time relates to the wall clock.
 * - `live`, pace `asked`: events are asked for at given due times; `timestamp` is the due time; what follows in an entity's life follows `speed` times as fast as in life.
 * - `live`, pace `own`: events come in the order of the model's own clock; `timestamp` is the due time.
 * - `simulated`: events come in the order of the model's own calendar from `start`; `timestamp` is that calendar's.
 */
export interface ModelTime {
  readonly kind: 'live' | 'simulated';
  readonly pace: 'asked' | 'own';
  /** Where the model's calendar begins, epoch ms. For live time it is a fixed date, so that it does not depend on the day of the run. */
  readonly start: number;
  readonly speed: number;
}

/**
 * A topic beside the source's own, such as one that says who is who. An event for it names the topic in `Made.topic`, and its
 * value has the place of the topic among the feed's in a field `side`, which is not written.
 */
export interface SideTopic {
  readonly topic: string;
  readonly fields: Fields;
  /** Whether Kafka may forget all but the last record of a key: it is created so. */
  readonly compacted?: boolean;
}

/** A generator at work: the events of one source, one after another. */
export interface Feed<V = unknown> {
  /** The declared fields of its values; without them values go through JSON.stringify. */
  readonly fields?: Fields;
  readonly sides?: readonly SideTopic[];
  /** The mean number of events per second of the model's time, for the rate `natural`. */
  readonly perSecond?: number;
  /** Makes the next event, due at `dueAt`. The object returned may be the same one each time. */
  next(dueAt: number): Made<V>;
  /** The model's time (epoch ms) of the event that `next` would make, or Infinity at the end of its life; only feeds with a clock of their own have it. */
  nextAt?(): number;
}

/** One event as made. */
export interface Made<V = unknown> {
  value: V;
  /** The record's timestamp, epoch ms, an integer. */
  timestamp: number;
  /** Overrides the key taken from the key field. */
  key?: string | Uint8Array | null;
  headers?: Headers;
  /** Overrides the source's topic. */
  topic?: string;
  /**
   * True when nothing more will be made of its entity, the one that the generator's own key names: an order delivered, a visit over.
   * Reading back may then forget it. Left out where there is no end, or it is not known.
   */
  last?: boolean;
}

export type Headers = Readonly<{ [name: string]: string | Uint8Array | null }>;

/** One header of a list of them, where the same name may come twice. */
export type HeaderPair = readonly [name: string, value: string | Uint8Array | null];

// ---------------------------------------------------------------- rates

/** How many events are due, as an integral over time. */
export interface Rate {
  /** How many events are due within the first `elapsedMs`: zero at zero, never falls; fractions allowed. */
  countBy(elapsedMs: number): number;
  /** Its slope there, per second, for people. */
  perSecondAt(elapsedMs: number): number;
  /**
   * For arrivals by chance: each call of what it gives tells the place in the count at which the next event is due. What
   * `countBy` tells is then the mean. Without it the k-th event is due where the count reaches k.
   */
  arrivals?(random: Random): () => number;
}

/** A kind of rate: a file in rates/. */
export interface RatePart extends Part {
  /** `options` are checked; rates in them are events per second, durations milliseconds. */
  create(options: OptionValues): Rate;
}

/** A rate as configured and checked. `max`: as fast as it goes, of several sources each in proportion to its `weight`; `natural`: the model's own arrivals, scaled to a mean if one is given. */
export type RateSpec =
  | { readonly kind: 'max'; readonly weight?: number }
  | { readonly kind: 'natural'; readonly mean?: number }
  | { readonly kind: string; readonly options: OptionValues; readonly scale: number };

// ---------------------------------------------------------------- serializers and codecs

/** Writes values as bytes. */
export interface Serializer<V = unknown> {
  /**
   * Writes `value` at `offset` and returns the offset behind it. A result beyond `buffer.length` means that the
   * buffer was too small: nothing written is valid, and the caller comes again with one at least that long.
   */
  write(value: V, buffer: Buffer, offset: number): number;
}

/** A kind of serializer: a file in serializers/. */
export interface SerializerPart extends Part {
  compile(fields: Fields | undefined): Serializer;
}

/** A kind of compression: a file in codecs/. `id` is the one in a record batch's attributes. */
export interface CodecPart extends Part {
  readonly id: number;
  readonly levels?: { readonly min: number; readonly max: number; readonly default: number };
  /** Loads what it needs, so that a missing binary is known at the start; throws an EventmillError if it cannot work here. */
  load(): Promise<Codec>;
}

export interface Codec {
  readonly id: number;
  /** Compresses in the background (off the main thread). The input must not change until it resolves. */
  compress(raw: Buffer, level?: number): Promise<Buffer>;
  /** Decompresses; `maxBytes` bounds the result; going beyond it throws. */
  decompress(packed: Buffer, maxBytes: number): Promise<Buffer>;
}

// ---------------------------------------------------------------- profiles and workloads (checked, frozen)

/** How events are sent. Names follow Kafka's producer settings. */
export interface ProfileSettings {
  readonly driver: string;
  readonly acks: 0 | 1 | 'all';
  readonly compression: string;
  /** null: the codec's own default. */
  readonly compressionLevel: number | null;
  readonly batchBytes: number;
  readonly batchRecords: number;
  readonly lingerMs: number;
  readonly bufferBytes: number;
  readonly partitionBufferBytes: number;
  readonly whenFull: 'wait' | 'drop' | 'fail';
  readonly inFlightMax: number;
  readonly retriesMax: number;
  readonly retryBackoffMs: number;
  readonly retryBackoffMsMax: number;
  readonly requestTimeoutMs: number;
  readonly deliveryTimeoutMs: number;
  readonly idempotent: boolean;
  readonly mode: 'async' | 'sync';
  /** For the driver kafkajs: false leaves it to itself, as most services do. */
  readonly guards: boolean;
}

export interface Profile {
  readonly name: string;
  readonly doc: string;
  readonly settings: ProfileSettings;
}

export interface SourceTime {
  /** `backfill`: the events from `start` in the past on, and when all those have been made, live ones. */
  readonly kind: 'live' | 'simulated' | 'backfill';
  /** Epoch ms; not in live time. */
  readonly start?: number;
  /** Epoch ms; simulated only. */
  readonly until?: number;
  /** Absent in simulated time: as fast as the rate allows. */
  readonly speed?: number;
  /** How many events of the past are made a second; back-fills only. Absent: as fast as it goes. */
  readonly fillPerSecond?: number;
}

/** What can go wrong with an event; disorder.ts says what each of them does. */
export type DisorderKind =
  | 'late'
  | 'outOfOrder'
  | 'duplicate'
  | 'missing'
  | 'malformed'
  | 'schemaViolating'
  | 'tombstone'
  | 'clockSkewed';

/** How probable each kind of disorder is for an event, 0 … 1; what is left out never happens. */
export type Disorder = Readonly<{ [kind in DisorderKind]?: number }> & {
  /** How late events come at most. */
  readonly lateByMs?: number;
  /** How wrong clocks are at most, either way. */
  readonly skewByMs?: number;
};

/** One generator in a workload, with its topic and rate. */
export interface WorkloadSource {
  readonly name: string;
  /** A file's name in generators/ or a path. */
  readonly generator: string;
  /** The generator itself, where a program hands it in; `generator` is then only a name for it. */
  readonly part?: GeneratorPart;
  readonly topic?: string;
  /** A field's name, null for no key, undefined for the generator's own choice. */
  readonly key?: string | null;
  readonly serializer: string;
  readonly rate: RateSpec;
  readonly time: SourceTime;
  /** Pads values with lifelike text up to this size. */
  readonly valueBytes?: number;
  /** Absent: every event comes once, in its turn, and as it was made. */
  readonly disorder?: Disorder;
  readonly options: Readonly<{ [name: string]: unknown }>;
}

export interface Limits {
  readonly durationMs?: number;
  readonly count?: number;
  readonly bytes?: number;
}

export interface Workload {
  readonly name: string;
  readonly doc: string;
  readonly seed: number;
  readonly limits: Limits;
  readonly faults: readonly string[];
  readonly sources: readonly WorkloadSource[];
}

/** A part of a run: number `index`, from 0, of `of`. It makes the events whose keys are its own. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

// ---------------------------------------------------------------- security

/** A text that is shown to nobody: printing, inspecting and JSON do not give it away. */
export interface Secret {
  reveal(): string;
}

export type SecurityProtocol = 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL';

/** What node:tls takes for a connection: PEM throughout. Without `ca`, the authorities that Node trusts. */
export interface TlsOptions {
  readonly ca?: string[];
  readonly cert?: string;
  readonly key?: string;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  readonly maxVersion: 'TLSv1.2' | 'TLSv1.3';
  /** Present where a certificate for any host will do. */
  readonly checkServerIdentity?: () => undefined;
}

export type SaslMechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | 'OAUTHBEARER';

export type Sasl =
  | {
      readonly mechanism: Exclude<SaslMechanism, 'OAUTHBEARER'>;
      readonly username: string;
      readonly password: Secret;
    }
  | {
      readonly mechanism: 'OAUTHBEARER';
      /** Asked for at each login; rejects with a sentence that holds no secret. */
      readonly token: () => Promise<Secret>;
      readonly extensions: Readonly<{ [name: string]: string }>;
    };

/** How connections to brokers are secured, and who we are to them. */
export interface Security {
  readonly protocol: SecurityProtocol;
  /** A function, so that no dump of settings holds a key; null without TLS. */
  readonly tls: (() => TlsOptions) | null;
  readonly sasl: Sasl | null;
}

// ---------------------------------------------------------------- the pipeline

/** One record on its way into a batch. The pipeline keeps one per source and fills it anew for each event. */
export interface Entry {
  serializer: Serializer;
  value: unknown;
  /** The key's bytes are key[keyStart … keyStart+keyLength); null for no key. */
  key: Uint8Array | null;
  keyStart: number;
  keyLength: number;
  timestamp: number;
  headers: Headers | null;
  /** Instead of `headers`, in their order, where names may repeat; written by the driver kafka alone. */
  headerPairs?: readonly HeaderPair[] | null;
}

/** A driver's own container for the records of one batch, in the form in which it will send them. */
export interface Builder {
  readonly count: number;
  /** Its size if it were sent now without compression. */
  readonly bytes: number;
  /** Adds a record and returns the bytes of its key, value and headers; −1 when there is no room. An empty builder takes any record. */
  add(entry: Entry): number;
  /** Its size as it is sent, known once it is closed; `bytes` where there is none. */
  readonly wireBytes?: number;
  /** No more will be added. Returns a promise while work (compression) goes on in the background. */
  close(): Promise<void> | undefined;
  /**
   * Hands its records, two or more, over to two builders of about half its size, in their order, which are to be closed; nothing
   * is left in this one. Only called once it is closed and not being sent. Drivers without it fail such batches whole.
   */
  split?(): readonly [Builder, Builder];
  /** Nobody needs its bytes any more. */
  release(): void;
}

/** A closed batch as a driver sees it: the unit of sending and of retrying. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly builder: Builder;
  readonly count: number;
  /** The number of records sent before it on this partition under this epoch, for idempotent drivers. */
  sequence: number;
  /** Counts up when the sequence had to begin anew. */
  epoch: number;
}

/** What became of one batch in one attempt. */
export interface Outcome {
  /** `NONE`, or the broker's or the transport's name for the error. */
  readonly code: string;
  /** Whether another attempt may succeed. */
  readonly retriable: boolean;
  /** The offset of its first record; −1 when not known. */
  readonly offset: number;
  /** Nothing went out, for nobody could be reached: that is no attempt, and retriesMax does not count it. */
  readonly unsent?: boolean;
}

/** Makes one attempt to deliver batches; knows nothing of retries or rates. */
export interface Driver {
  /** Whether several requests for one partition may be under way at once without risk to their order. */
  readonly ordered: boolean;
  /** Chooses partitions itself: all records of a topic go through one queue, in the order in which they were made, whose partition is −1. */
  readonly spreads?: boolean;
  /** Bytes that went out, with all framing. */
  readonly wireBytes: number;
  /** Requests that carried batches. */
  readonly requests: number;
  /** For how long brokers asked to be spared, summed over their answers, ms; absent where the driver does not see it. */
  readonly throttledMs?: number;
  /** Makes ready to send to these topics; throws an EventmillError that says why it cannot. */
  connect(topics: readonly string[]): Promise<void>;
  partitionCount(topic: string): number;
  /** Which connection carries a partition now; −1 while nobody leads it. Batches for the same one go together. */
  leaderOf(topic: string, partition: number): number;
  /**
   * `expectedBytes`: about as much as the partition's last batch held, so that room need be neither found nor wasted.
   * `roomBytes`: as much as it may hold before it is compressed, unless it is a single record; batchBytes if left out.
   */
  openBatch(topic: string, partition: number, expectedBytes?: number, roomBytes?: number): Builder;
  /** Resolves with one outcome per batch, in their order; does not reject. */
  send(leader: number, batches: readonly Batch[]): Promise<readonly Outcome[]>;
  /** Asked for after outcomes that speak of a moved leader or a lost connection. */
  refresh(): Promise<void>;
  /** True while the peer does not read what was written: nothing should be sent (acks 0). */
  congested(leader: number): boolean;
  close(): Promise<void>;
}

/** Where a cluster is found, and how it is spoken to. */
export interface Bootstrap {
  /** host:port, …. */
  readonly brokers: readonly string[];
  readonly security?: Security | undefined;
}

export interface DriverContext {
  readonly profile: Profile;
  readonly clock: Clock;
  /** host:port, … ; empty for drivers that need none. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Undefined: plain text, and nobody in particular. */
  readonly security?: Security;
  readonly codec: Codec | null;
  readonly partitions: number;
  /** For stdout: where to write. */
  readonly output?: NodeJS.WritableStream;
  /** For file: the folder; and whether key, timestamp and headers go with each value. */
  readonly folder?: string;
  readonly envelope?: boolean;
  /** Lets the broker create missing topics, with its own defaults, if it is set up to. */
  readonly autoCreateTopics?: boolean;
  /** Warnings for people. */
  readonly warn: (message: string) => void;
}

/** A kind of driver: a file in drivers/. */
export interface DriverPart extends Part {
  /** Whether it talks to a Kafka (so brokers, or the sandbox, are needed). */
  readonly needsBrokers: boolean;
  /** Whether its builders compress their batches, so that what these come to is seen and bounds the next ones; no unless given. */
  readonly packs?: boolean;
  /** How many partitions a topic has where nobody says so; 6 unless given. One keeps what is written in the order in which it was made. */
  readonly partitions?: number;
  create(context: DriverContext): Driver;
}

// ---------------------------------------------------------------- what is told

/** The one end of each record. `unacknowledged`: written without asking for an acknowledgement (acks 0), or given up on while under way. */
export type Fate = 'acked' | 'failed' | 'expired' | 'dropped' | 'unacknowledged';

/** Where a record's time goes: late to be made · waiting in its batch · being compressed · the last attempt · the attempts before it · due to settled. */
export type Stage = 'schedule' | 'buffer' | 'compression' | 'request' | 'retry' | 'total';

/** Hooks into the pipeline: optional, synchronous, cheap. */
export interface Listener {
  /** A record went into a batch, or met its fate at once (dropped, failed). */
  onDue?(count: number): void;
  onSettled?(batch: Batch, fate: Fate, code: string): void;
  onRetry?(batch: Batch, code: string): void;
}

export interface LatencyStats {
  /** The records that all this rests on: p9999 of fewer than 100,000 is no more than a few of the slowest. */
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly p9999: number;
  readonly max: number;
}

/** Upper bounds (the last one Infinity) and the count in each bucket (not cumulative); latencies are in ms. */
export interface HistogramSnapshot {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly sum: number;
  readonly count: number;
}

/** Sums of hashes, 16 hexadecimal digits each; see verify/digest.ts. */
export interface DigestSnapshot {
  readonly all: string;
  /** By the sources' topics, without a profile's name. */
  readonly topics: Readonly<{ [topic: string]: string }>;
}

/** How far a source that began in the past has come. */
export interface BackfillSnapshot {
  /** Where it began, epoch ms. */
  readonly start: number;
  /** Events of its past that were made so far, or in all; in a shard those of other shards, too. */
  readonly events: number;
  /** The time up to which they are made; absent once it is live. */
  readonly reached?: number;
  /** Epoch ms: what happened up to here is back-filled, and what happened later came when it did. */
  readonly liveFrom?: number;
}

export interface TopicSnapshot {
  /** Written for good: acked, or unacknowledged without being under way. */
  readonly records: number;
  readonly partitions: number;
  /** Partition → [first offset written, offset after the last], −1 where not known (acks 0). */
  readonly offsets: Readonly<{ [partition: string]: readonly [number, number] }>;
  /** How many of `records` went to each partition; those that got none are left out, and all where the driver chose them. */
  readonly written: Readonly<{ [partition: string]: number }>;
  readonly fates: Readonly<{ [F in Fate]: number }>;
  readonly due: number;
}

/** One profile's figures at a moment: the summary's object, and a few more for live views. Plain JSON. */
export interface ProfileSnapshot {
  readonly name: string;
  readonly settings: ProfileSettings;
  /** From the first record made to the last acknowledgement so far. */
  readonly seconds: number;
  /** When that was, epoch ms; absent before it. */
  readonly firstMadeAt?: number;
  readonly due: number;
  readonly acked: number;
  readonly failed: number;
  readonly expired: number;
  readonly dropped: number;
  /** While the run goes on, with all that is due and has no other fate yet. */
  readonly unacknowledged: number;
  /** Written for good: acked, or unacknowledged without being under way. */
  readonly records: number;
  readonly retries: number;
  readonly batches: number;
  readonly requests: number;
  /** Keys, values and headers as made. */
  readonly bytes: number;
  readonly wireBytes: number;
  readonly recordsPerSecond: number;
  readonly mbPerSecond: number;
  /**
   * User and system time of the process without the sandbox, while this profile ran. What several at once (`cpuShared` > 1)
   * have used is divided by the records they made: it adds up, but does not compare them; `eventmill compare` does.
   */
  readonly cpuSeconds: number;
  /** How many profiles ran side by side; 1: `cpuSeconds` is this one's alone. */
  readonly cpuShared: number;
  /** What this machine did while it ran; absent where nobody looked, and of several machines together. */
  readonly machine?: MachineLoad;
  readonly latencyMs: Readonly<{ [S in Stage]: LatencyStats }>;
  /** Base64 of the full histograms. */
  readonly histograms: Readonly<{ [S in Stage]: string }>;
  readonly topics: Readonly<{ [topic: string]: TopicSnapshot }>;
  /** Errors by code: records that it kept from being acknowledged, whatever became of them. */
  readonly errors: Readonly<{ [code: string]: number }>;
  /** The same by what became of the records; fates without errors are left out. */
  readonly errorsByFate: Readonly<{ [F in Fate]?: Readonly<{ [code: string]: number }> }>;
  /** What kept it from being faster: one of the words in waits.ts. */
  readonly limitedBy: string;
  /** What the sources' time went to, in the same words; adds up to 1. */
  readonly timeShares?: Readonly<{ [word: string]: number }>;
  /** Of what was made, where it was asked for. */
  readonly digest?: DigestSnapshot;
  /** Events that something was done to on purpose. Those missing or still held back are in no other count: they were never due. */
  readonly disorder?: Readonly<{ [kind in DisorderKind]?: number }>;
  /** By source, of those that began in the past. */
  readonly backfill?: Readonly<{ [source: string]: BackfillSnapshot }>;
  readonly verify?: VerifyResult;
}

/** Shares of all its processors' time. */
export interface MachineLoad {
  /** In use, by whomever. */
  readonly all: number;
  /** Of other programs; null where brokers on this machine cannot be told from them. */
  readonly others: number | null;
}

/** What reading back has found. Optional counts are left out while they are zero. */
export interface VerifyResult {
  /** Records of ours. */
  readonly read: number;
  /** Promised (acknowledged; with acks 0, written), and not there. */
  readonly lost: number;
  /** Extra copies. */
  readonly duplicated: number;
  /** First copies that stand behind a later record of their key; without a key, of their partition. */
  readonly reordered: number;
  /** Not what the seed makes. */
  readonly corrupted: number;
  /** First copies that do not lie in the partition that their key leads to. */
  readonly misplaced?: number;
  /** First copies that stand behind one of their partition that was made later. */
  readonly reorderedInPartition?: number;
  /** Promised, and neither read nor known to be lost: the broker stopped giving records. */
  readonly unread?: number;
  /** Not there, as their fate allows: failed, expired, dropped, or given up on. */
  readonly excused?: number;
  /** Records of others between ours; they are not judged. */
  readonly foreign?: number;
  readonly examples?: VerifyExamples;
  /** What could not be checked, and why. */
  readonly notes?: readonly string[];
}

/** The first few of each kind. `unknown`: not made by the seed, so another's, or ours beyond recognition. */
export type VerifyExamples = {
  readonly [verdict in
    | 'lost'
    | 'duplicated'
    | 'reordered'
    | 'corrupted'
    | 'misplaced'
    | 'unknown']?: readonly VerifyExample[];
};

export interface VerifyExample {
  readonly key: string | null;
  readonly sequence: number | null;
  /** Where it stands; a lost one stands nowhere. */
  readonly partition?: number;
  readonly offset?: number;
}

/** What is only of interest while a run goes on. */
export interface LiveSnapshot {
  readonly profile: ProfileSnapshot;
  /** Records made but not settled yet: under way, and counted as unacknowledged until then, as those not made yet are. */
  readonly pending: number;
  readonly bufferBytes: number;
  readonly inFlightRequests: number;
  readonly targetRecordsPerSecond: number;
  readonly retriesByCode: Readonly<{ [code: string]: number }>;
  /** Batches' sizes. */
  readonly batchRecords: HistogramSnapshot;
  readonly batchBytes: HistogramSnapshot;
  readonly latency: Readonly<{ [S in Stage]: HistogramSnapshot }>;
  /** Uncompressed batch bytes ÷ bytes sent; 1 without compression. */
  readonly compressionRatio: number;
  /** As the driver has it; absent where it does not see it. */
  readonly throttledMs?: number;
}

/** What was changed by hand while a run went on: one of the two. */
export interface Change {
  /** Since the start of the run. */
  readonly atSeconds: number;
  /** From then on rates were so many times what is configured; 0: paused. */
  readonly rateFactor?: number;
  /** From then on the sandbox had these faults, and no others. */
  readonly faults?: readonly string[];
}

export type Phase = 'starting' | 'running' | 'flushing' | 'verifying' | 'done';

/** Everything that reporters, /metrics and the page show. */
export interface Snapshot {
  readonly eventmill: string;
  readonly phase: Phase;
  readonly seed: number;
  readonly workload: string;
  readonly driver: string;
  readonly brokers: string;
  readonly sandbox: boolean;
  /** ISO time. */
  readonly startedAt: string;
  readonly elapsedSeconds: number;
  /** What was made, with everything that flags changed, so that it can be made again. */
  readonly sources: readonly WorkloadSource[];
  /** Which part of the whole this is; absent when it is all of it. */
  readonly shard?: Shard;
  /** How many threads make it; absent when one does. */
  readonly workers?: number;
  /** Absent while nobody has changed anything. */
  readonly changes?: readonly Change[];
  readonly profiles: readonly LiveSnapshot[];
}

/** What `--summary` writes. */
export interface Summary {
  readonly eventmill: string;
  readonly seed: number;
  readonly workload: string;
  readonly driver: string;
  readonly brokers: string;
  readonly sandbox: boolean;
  readonly startedAt: string;
  readonly sources: readonly WorkloadSource[];
  /** Which part of the whole this is; absent when it is all of it. */
  readonly shard?: Shard;
  /** How many threads made it; absent when one did. */
  readonly workers?: number;
  /** Absent when nobody changed anything by hand. */
  readonly changes?: readonly Change[];
  readonly profiles: readonly ProfileSnapshot[];
}

/** Shows snapshots to people or machines: a file in reporters/. */
export interface Reporter {
  /** Once, before the first event. `lines` are facts worth knowing, such as the broker's address. */
  start(snapshot: Snapshot, lines: readonly string[]): void;
  /** About once a second (several times on a terminal). */
  tick(snapshot: Snapshot): void;
  /** A line that cannot wait, such as a warning: reporters that redraw a part of the screen put it above. Without this such lines go to standard error. */
  note?(line: string): void;
  /** Once; `exitCode` as the process will end. */
  end(snapshot: Snapshot, exitCode: number): void;
}

export interface ReporterContext {
  readonly output: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  readonly color: boolean;
}

export interface ReporterPart extends Part {
  create(context: ReporterContext): Reporter;
}
