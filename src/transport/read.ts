/** Reading records back: fetches from every leader of a topic at once, from given offsets. For `tail` and for verifying. */
import { EventmillError } from '../errors.js';
import { errorInfo } from '../protocol/codes.js';
import {
  EARLIEST,
  FETCH,
  LATEST,
  LIST_OFFSETS,
  readFetch,
  readListOffsets,
  readThrottle,
  writeFetch,
  writeListOffsets,
} from '../protocol/messages.js';
import { ProtocolError } from '../protocol/reader.js';
import { type ReadRecord, type RecordSource, readRecords } from '../protocol/record-reader.js';
import type { Clock, Codec, Security } from '../types.js';
import { Cluster } from './cluster.js';
import { ConnectionError } from './connection-error.js';
import { unreachableFault } from './refusals.js';

export type { ReadRecord } from '../protocol/record-reader.js';

export interface TopicReaderOptions {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly clientId: string;
  readonly clock: Clock;
  readonly codecs: ReadonlyMap<number, Codec>;
  readonly security?: Security | undefined;
  /** A lost connection counts as silence and is dialled again, instead of ending the reading. */
  readonly patient?: boolean;
  /** How long the topic may be unknown before connecting fails; ten seconds unless given. */
  readonly unknownTopicMs?: number;
}

const TIMEOUT_MS = 10_000;
const MAX_WAIT_MS = 250;
/** Before a patient reader dials again. */
const REDIAL_MS = 200;
const FETCH_BYTES = 8 * 1024 * 1024;
/** The most of one partition in an answer; less where there are many, so that one round through all stays small. */
const PARTITION_BYTES = { max: 2 * 1024 * 1024, min: 128 * 1024, all: 16 * 1024 * 1024 };
/** What one batch may decompress to: well above any max.message.bytes in use, far below what a bomb makes. */
const MAX_BATCH_BYTES = 256 * 1024 * 1024;

export class TopicReader {
  readonly topic: string;
  /** Where each partition goes on; a partition that is not in here is not read. */
  readonly positions = new Map<number, number>();
  readonly #cluster: Cluster;
  readonly #codecs: ReadonlyMap<number, Codec>;
  readonly #clock: Clock;
  readonly #patient: boolean;

  constructor(options: TopicReaderOptions) {
    this.topic = options.topic;
    this.#codecs = options.codecs;
    this.#clock = options.clock;
    this.#patient = options.patient ?? false;
    this.#cluster = new Cluster({ ...options, connectTimeoutMs: TIMEOUT_MS, requestTimeoutMs: TIMEOUT_MS });
  }

  async connect(): Promise<void> {
    await this.#cluster.connect([this.topic]);
  }

  get partitions(): number[] {
    return Array.from({ length: this.#cluster.partitionCount(this.topic) }, (_, partition) => partition);
  }

  /** The first offset still there, or the one behind the last, of each partition. Asks again while leaders are on the move. */
  async offsets(of: 'beginning' | 'end'): Promise<Map<number, number>> {
    const deadline = this.#clock.now() + TIMEOUT_MS;
    for (;;) {
      try {
        return await this.#askOffsets(of);
      } catch (error) {
        const passing = error instanceof EventmillError && error.code === 'TOPIC' && error.retriable;
        if (!passing || this.#clock.now() >= deadline) throw error;
      }
      await this.#clock.sleep(REDIAL_MS);
      // Whoever cannot be asked now is missed by the next attempt.
      await this.#cluster.refresh().catch(() => {});
    }
  }

  async #askOffsets(of: 'beginning' | 'end'): Promise<Map<number, number>> {
    const time = of === 'beginning' ? EARLIEST : LATEST;
    const found = new Map<number, number>();
    const answers = await Promise.all(
      this.#byLeader(this.partitions).map(async ([leader, partitions]) => {
        const connection = await this.#cluster.connection(leader);
        const write = (to: Parameters<typeof writeListOffsets>[0]) =>
          writeListOffsets(to, this.topic, partitions, time);
        return connection.ask(LIST_OFFSETS, write, TIMEOUT_MS, readListOffsets);
      }),
    ).catch((cause: unknown) => {
      throw unreachableFault(cause);
    });
    for (const { partition, error, offset } of answers.flat()) {
      this.#check(error, partition);
      found.set(partition, offset);
    }
    return found;
  }

  /**
   * Asks once for what lies beyond `positions`, calls `visit` for each record and moves the positions on. Returns how
   * many records came; waits a moment for the first one when there are none. Throws an EventmillError for partitions
   * that cannot be read, such as offsets that are gone. A broker fills its answer in the order in which it is asked for
   * `partitions`: unless given, all, beginning with those that have given nothing for longest.
   */
  async poll(
    visit: (record: ReadRecord) => void,
    partitions: readonly number[] = [...this.positions.keys()],
  ): Promise<number> {
    let count = 0;
    const counted = (record: ReadRecord) => {
      count++;
      visit(record);
    };
    // All have to end before another poll may begin, or what a slow leader sends would be visited twice.
    const polls = await Promise.allSettled(
      this.#byLeader(partitions).map(([leader, partitions]) => this.#pollLeader(leader, partitions, counted)),
    );
    const failures = polls.flatMap((poll) => (poll.status === 'rejected' ? [poll.reason as unknown] : []));
    const fatal = failures.find((failure) => !(failure instanceof ConnectionError));
    if (fatal !== undefined) throw fatal;
    if (failures.length > 0) await this.#lookForLeaders(failures[0] as ConnectionError);
    return count;
  }

  close(): void {
    this.#cluster.close();
  }

  /** A lost connection may mean that another broker leads now; throws BROKER_LOST when none can be asked. */
  async #lookForLeaders(error: ConnectionError): Promise<void> {
    if (this.#patient) await this.#clock.sleep(REDIAL_MS);
    await this.#cluster.refresh().catch((cause: unknown) => {
      if (this.#patient) return;
      throw new EventmillError(
        'BROKER_LOST',
        `reading topic ${this.topic}: ${error.message}, and no other broker answers`,
        { cause },
      );
    });
  }

  async #pollLeader(
    leader: number,
    partitions: number[],
    visit: (record: ReadRecord) => void,
  ): Promise<void> {
    const positions = partitions.map((partition) => ({ partition, offset: this.positions.get(partition)! }));
    const connection = await this.#cluster.connection(leader);
    const { min, max, all } = PARTITION_BYTES;
    const partitionMaxBytes = Math.max(min, Math.min(max, Math.floor(all / this.positions.size)));
    const limits = { maxWaitMs: MAX_WAIT_MS, maxBytes: FETCH_BYTES, partitionMaxBytes };
    const { throttleMs, fetched } = await connection.ask(
      FETCH,
      (to) => writeFetch(to, this.topic, positions, limits),
      TIMEOUT_MS,
      (body) => ({ throttleMs: readThrottle(body), fetched: readFetch(body) }),
    );
    connection.throttle(throttleMs);
    for (const { partition, error, records } of fetched) {
      if (errorInfo(error).retriable) {
        await this.#cluster.refresh().catch((failure: unknown) => {
          if (!this.#patient) throw failure;
        });
        continue;
      }
      this.#check(error, partition);
      if (records === null || records.length === 0) continue;
      const fromOffset = this.positions.get(partition);
      // Of a partition that was not asked for.
      if (fromOffset === undefined) continue;
      const source = { partition, records, fromOffset, codecs: this.#codecs, maxBatchBytes: MAX_BATCH_BYTES };
      const next = await this.#records(source, visit);
      // Whoever has given something stands behind the others.
      this.positions.delete(partition);
      this.positions.set(partition, next);
    }
  }

  async #records(source: RecordSource, visit: (record: ReadRecord) => void): Promise<number> {
    try {
      return await readRecords(source, visit);
    } catch (cause) {
      if (!(cause instanceof ProtocolError)) throw cause;
      throw new EventmillError('INPUT', `topic ${this.topic} cannot be read: ${cause.message}`, { cause });
    }
  }

  #byLeader(partitions: readonly number[]): [leader: number, partitions: number[]][] {
    const leaders = new Map<number, number[]>();
    for (const partition of partitions) {
      const leader = this.#cluster.leaderOf(this.topic, partition);
      const list = leaders.get(leader);
      if (list === undefined) leaders.set(leader, [partition]);
      else list.push(partition);
    }
    return [...leaders];
  }

  #check(error: number, partition: number): void {
    if (error === 0) return;
    const { name, text, retriable } = errorInfo(error);
    const problem = `topic ${this.topic}, partition ${partition}: ${text} (${name})`;
    throw new EventmillError('TOPIC', problem, { retriable });
  }
}
