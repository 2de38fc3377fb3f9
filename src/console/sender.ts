/**
 * Records, one at a time, into the pipeline that every profile uses: accumulator, dispatcher, driver. What Java's
 * producer does before a record is in a batch is done here: wait for the topic, hold the record's size against the
 * limits, choose its partition, wait for room.
 */
import { Accumulator } from '../accumulator.js';
import type { PendingBatch } from '../batch.js';
import { Dispatcher } from '../dispatcher.js';
import { EventmillError } from '../errors.js';
import { plural } from '../figures.js';
import { keyHash, StickyPartitioner } from '../partition.js';
import type { PartitionQueue } from '../partition-queue.js';
import { Tally, TopicTally } from '../tally.js';
import type { Clock, Driver, Entry, Fate, Random, Timer } from '../types.js';
import type { ProducerSettings } from './producer-settings.js';
import { recordSizeMax } from './record-size.js';

export interface SenderOptions {
  readonly settings: ProducerSettings;
  readonly driver: Driver;
  readonly topic: string;
  /** Why Kafka allows no such topic: every record is lost then, and no broker is asked. */
  readonly topicProblem: string | undefined;
  /** Where every record goes; undefined: where its key, or the sticky partitioner, sends it. */
  readonly partition: number | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** Hears of records that will never arrive, as soon as it is known. */
  readonly onLost: (count: number, code: string, why?: string) => void;
}

/** Before the first retry of a connection, doubling up to the second. */
const RECONNECT_MS = 50;
const RECONNECT_MS_MAX = 1000;
/** Node's timers go no further; nobody waits for so long. */
const TIMER_MS_MAX = 2 ** 31 - 1;
/** Waiting cannot mend the others: a wrong name, no permission, a broker that is too old. */
const MENDS_ITSELF: ReadonlySet<string> = new Set(['BROKER_UNREACHABLE', 'ADVERTISED_UNREACHABLE']);

export class Sender {
  readonly tally: Tally;
  readonly accumulator: Accumulator;
  readonly dispatcher: Dispatcher;
  readonly #options: SenderOptions;
  readonly #clock: Clock;
  readonly #sync: boolean;
  readonly #sticky: StickyPartitioner;
  /** Empty until the topic is known. */
  #queues: readonly PartitionQueue[] = [];
  /** Holds what never came as far as a partition. */
  readonly #nowhere = new TopicTally(0);
  #connecting: Promise<void> | null = null;
  /** Why no record will ever go anywhere. */
  #hopeless: EventmillError | null = null;
  #full = false;
  #refreshTimer: Timer | null = null;
  #stopped = false;
  /** Ends the one wait that is going on. */
  #wake: (() => void) | null = null;

  constructor(options: SenderOptions) {
    const { settings, driver, clock, random, onLost } = options;
    this.#options = options;
    this.#clock = clock;
    this.#sync = settings.profile.mode === 'sync';
    this.tally = new WatchedTally(onLost);
    const parts = { settings: settings.profile, clock, driver, tally: this.tally };
    this.accumulator = new Accumulator(parts);
    this.dispatcher = new Dispatcher({
      ...parts,
      accumulator: this.accumulator,
      random: random.fork('retries'),
    });
    this.#sticky = new StickyPartitioner(random.fork('sticky'));
  }

  /**
   * Takes a record; its bytes may change once that is done. Undefined: it is done at once; otherwise when the promise
   * resolves. Throws, or rejects, what ends Java's console producer: with `--sync` any record that is lost.
   */
  put(entry: Entry, valueLength: number, now: number): Promise<void> | undefined {
    if (this.#queues.length === 0 || this.#full) return this.#putLater(entry, valueLength);
    return this.#append(entry, valueLength, now);
  }

  /** Sends what is waiting, and resolves when every record has its fate. */
  async finish(): Promise<void> {
    this.#refreshTimer?.cancel();
    this.accumulator.flush();
    await this.dispatcher.idle();
    this.dispatcher.close();
    await this.#options.driver.close();
  }

  /** Nothing waits any more for the topic or for room. */
  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  /** Gives up on everything at once. */
  abort(): void {
    this.stop();
    this.dispatcher.abort();
  }

  // ---------------------------------------------------------------- one record

  async #putLater(entry: Entry, valueLength: number): Promise<void> {
    if (this.#queues.length === 0) {
      // Like Kafka's tool, which loses record after record to it, and ends with 0.
      const { topicProblem } = this.#options;
      if (topicProblem !== undefined) return this.#lose('INVALID_TOPIC_EXCEPTION', topicProblem);
      const failure = await this.#connected();
      if (failure !== null) return this.#lose('NO_METADATA', failure);
      this.#begin();
    }
    if (this.#full) {
      const { maxBlockMs } = this.#options.settings;
      if (!(await this.#within(maxBlockMs, this.accumulator.drained()))) {
        return this.#lose(this.#stopped ? 'STOPPED' : 'BUFFER_FULL');
      }
      this.#full = false;
    }
    await this.#append(entry, valueLength, this.#clock.now());
  }

  #append(entry: Entry, valueLength: number, now: number): Promise<void> | undefined {
    const { settings, partition } = this.#options;
    const keyLength = entry.key === null ? -1 : entry.keyLength;
    const size = recordSizeMax(keyLength, entry.value === null ? -1 : valueLength, entry.headerPairs ?? null);
    if (size > settings.maxRequestBytes || size > settings.bufferMemory) {
      this.#lose('RECORD_TOO_LARGE', `it takes up to ${size} bytes`);
      return undefined;
    }
    if (settings.batchSize > settings.bufferMemory) throw noRoomForBatches(settings);
    const queues = this.#queues;
    const keyless = entry.key === null || settings.ignoreKeys;
    const chosen =
      partition ??
      (keyless
        ? this.#sticky.choose(queues.length, queues[0]!.room.bytes)
        : keyHash(entry.key!, entry.keyStart, entry.keyLength) % queues.length);
    const queue = queues[chosen]!;
    const before = queue.heldBytes;
    entry.timestamp = Math.floor(now);
    const more = this.accumulator.append(queue, entry, now, now);
    if (keyless) this.#sticky.took(queue.heldBytes - before);
    if (more) return undefined;
    if (this.#sync) return this.#acknowledged();
    this.#full = true;
    return undefined;
  }

  async #acknowledged(): Promise<void> {
    await this.accumulator.drained();
    const { failed, expired } = this.tally.fates;
    if (failed + expired > 0) throw lostInSync();
  }

  #lose(code: string, why?: string): void {
    this.tally.rejected(this.#nowhere, 'failed', code);
    this.#options.onLost(1, code, why);
    if (this.#sync) throw lostInSync();
  }

  // ---------------------------------------------------------------- the topic

  /** Waits for the topic as long as one record may. Null: it is known; otherwise why not. */
  async #connected(): Promise<string | null> {
    const { clock } = this.#options;
    const deadline = clock.now() + this.#options.settings.maxBlockMs;
    let last = `no answer within max.block.ms, ${this.#options.settings.maxBlockMs}`;
    for (let pause = RECONNECT_MS; ; pause = Math.min(RECONNECT_MS_MAX, pause * 2)) {
      if (this.#hopeless !== null) return this.#hopeless.message;
      if (this.#stopped) return 'interrupted before the topic was known';
      try {
        if (await this.#within(deadline - clock.now(), this.#connect())) return null;
      } catch (error) {
        last = error instanceof Error ? error.message : String(error);
        if (this.#hopeless !== null) return last;
      }
      const left = deadline - clock.now();
      if (left <= 0) return last;
      await this.#within(Math.min(pause, left), null);
    }
  }

  /** One attempt, shared by the records that ask while it goes on. */
  #connect(): Promise<void> {
    const { driver, topic } = this.#options;
    this.#connecting ??= driver
      .connect([topic])
      .catch((error: unknown) => {
        if (error instanceof EventmillError && !error.retriable && !MENDS_ITSELF.has(error.code)) {
          this.#hopeless = error;
        }
        throw error;
      })
      .finally(() => {
        this.#connecting = null;
      });
    return this.#connecting;
  }

  #begin(): void {
    const { topic, partition, driver } = this.#options;
    if (partition !== undefined && partition >= driver.partitionCount(topic)) {
      const last = driver.partitionCount(topic) - 1;
      throw new EventmillError(
        'USAGE',
        `--partition: expected 0 to ${last}, for ${topic} has ${plural(last + 1, 'partition')}, got ${partition}`,
      );
    }
    this.#queues = this.accumulator.queuesOf(topic);
    this.#refreshLater();
  }

  #refreshLater(): void {
    const { clock, driver, settings } = this.#options;
    const ms = Math.min(TIMER_MS_MAX, Math.max(1000, settings.metadataMaxAgeMs));
    this.#refreshTimer = clock.after(ms, () => {
      driver.refresh().catch(() => {});
      this.#refreshLater();
    });
  }

  /** False when `ms` passed, or all was stopped, before `done` was. Nothing is left waiting behind it, however often it is called. */
  #within(ms: number, done: Promise<void> | null): Promise<boolean> {
    if (this.#stopped) return Promise.resolve(false);
    return new Promise((resolve, reject) => {
      const end = (inTime: boolean) => {
        timer.cancel();
        this.#wake = null;
        resolve(inTime);
      };
      const timer = this.#clock.after(Math.min(TIMER_MS_MAX, Math.max(0, ms)), () => end(false));
      this.#wake = () => end(false);
      done?.then(
        () => end(true),
        (error: unknown) => {
          timer.cancel();
          reject(error);
        },
      );
    });
  }
}

function lostInSync(): EventmillError {
  return new EventmillError(
    'OUTPUT',
    'a record was not acknowledged, and with --sync that is the end; without --sync the others are still sent',
  );
}

/** Kafka's own tool ends here, too: at the first record, since an empty input needs no buffer. */
function noRoomForBatches({ batchSize, bufferMemory }: ProducerSettings): EventmillError {
  return new EventmillError(
    'USAGE',
    `expected a batch to fit the buffer, got batches of ${batchSize} bytes in ${bufferMemory}; raise --max-memory-bytes, or lower --max-partition-memory-bytes`,
  );
}

/** Tells of lost batches when they are lost. */
class WatchedTally extends Tally {
  readonly #onLost: SenderOptions['onLost'];

  constructor(onLost: SenderOptions['onLost']) {
    super();
    this.#onLost = onLost;
  }

  override settled(batch: PendingBatch, fate: Fate, code: string, offset: number, now: number): void {
    super.settled(batch, fate, code, offset, now);
    if (fate === 'failed' || fate === 'expired') this.#onLost(batch.count, code);
  }
}
