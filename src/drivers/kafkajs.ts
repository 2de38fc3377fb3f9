/**
 * The baseline: kafkajs 2.2.4's own public `producer.sendBatch`, as most Node services use it, behind the same
 * accumulator and dispatcher as our own producer. Batching, linger, limits and retries are ours, since it has none
 * that a comparison could rest on.
 *
 * What a profile asks for and this cannot do:
 * - `inFlightMax` holds over all partitions, but a partition has one request under way; with `idempotent` the whole
 *   producer has one, because a lost response makes a concurrent send reuse its sequence numbers (silent loss).
 * - `batchRecords`: kafkajs groups messages in quadratic time, so thousands per batch block the event loop.
 * - A failed send does not say which partition failed. All its batches are sent again, which without `idempotent`
 *   duplicates those that were stored; where the error is final, each is sent alone to find the one it is about.
 * - After a request timed out kafkajs keeps the silent connection for ever. It is cut here, so that a run can go on.
 * - Headers without a value go out as empty ones. Requests lost with their connection are not counted in `requests`.
 *
 * With `guards` false all this is left to kafkajs: it chooses the partitions, it retries, and sends overlap even when
 * idempotent. That is how most services use it, and how it loses and doubles records while its sends resolve.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kafka, Producer, RecordMetadata, TopicMessages } from 'kafkajs';
import { connectionFault, OWN_FAULT, rootOf, topicFault, verdict } from '../kafkajs-fault.js';
import { MessageBuilder, type Scratch } from '../kafkajs-message.js';
import { KafkajsShim, muteTimerWarning } from '../kafkajs-shim.js';
import { errorInfo } from '../protocol/codes.js';
import type { Batch, Codec, Driver, DriverContext, DriverPart, Outcome } from '../types.js';

/** A peer that takes connections and then says nothing is to be found out within ten seconds. */
const LOOK_UP_MS_MAX = 5_000;
const CLOSE_MS_MAX = 2_000;
const DECOMPRESSED_BYTES_MAX = 256 * 1024 * 1024;
type Library = typeof import('kafkajs');

/** kafkajs's codecs are global to the process; the level is the sending producer's. */
const levels = new AsyncLocalStorage<number | undefined>();

class KafkajsDriver implements Driver {
  readonly ordered: boolean;
  readonly spreads: boolean;
  requests = 0;
  readonly #context: DriverContext;
  readonly #shim: KafkajsShim;
  readonly #scratch: Scratch = { buffer: Buffer.allocUnsafe(64 * 1024) };
  readonly #partitionCounts = new Map<string, number>();
  /** The highest epoch sent so far, by topic and partition. */
  readonly #epochs = new Map<string, number>();
  /** Batches that shared a send with a final error: each is sent alone from now on. */
  readonly #suspects = new WeakSet<Batch>();
  #kafka: Kafka | undefined;
  #producer: Producer | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #warned = false;

  constructor(context: DriverContext) {
    this.#context = context;
    const { guards, idempotent } = context.profile.settings;
    this.spreads = !guards;
    this.ordered = idempotent && !guards;
    this.#shim = new KafkajsShim(context.brokers, context.security);
  }

  get wireBytes(): number {
    return this.#shim.bytesWritten;
  }

  async connect(topics: readonly string[]): Promise<void> {
    muteTimerWarning();
    const { default: library } = await import('kafkajs');
    const { codec } = this.#context;
    if (codec !== null) register(library, codec);
    const { clientId } = this.#context;
    const { requestTimeoutMs } = this.#context.profile.settings;
    this.#kafka = new library.Kafka(this.#shim.options(clientId, requestTimeoutMs));
    try {
      const quick = this.#shim.options(clientId, Math.min(LOOK_UP_MS_MAX, requestTimeoutMs));
      await this.#countPartitions(new library.Kafka(quick), topics);
      this.#producer = await this.#openProducer(this.#kafka);
    } catch (error) {
      await this.close();
      throw connectionFault(error, this.#context.brokers, this.#shim) ?? error;
    }
  }

  async #countPartitions(kafka: Kafka, topics: readonly string[]): Promise<void> {
    const admin = kafka.admin();
    try {
      await admin.connect();
      for (const topic of topics) {
        const { topics: found } = await admin
          .fetchTopicMetadata({ topics: [topic] })
          .catch((error: unknown) => {
            throw topicFault(error, topic, errorInfo);
          });
        this.#partitionCounts.set(topic, found[0]?.partitions.length ?? 0);
      }
    } finally {
      await admin.disconnect().catch(() => {});
    }
  }

  async #openProducer(kafka: Kafka): Promise<Producer> {
    const { settings } = this.#context.profile;
    const { idempotent, inFlightMax, retryBackoffMs, retryBackoffMsMax, retriesMax, guards } = settings;
    const { Partitioners } = (await import('kafkajs')).default;
    const producer = kafka.producer({
      createPartitioner: guards
        ? () => (record) => record.message.partition!
        : Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
      idempotent,
      maxInFlightRequests: inFlightMax,
      metadataMaxAge: 300_000,
      transactionTimeout: 60_000,
      retry: {
        // Retries are the dispatcher's; kafkajs refuses to be idempotent without one of its own.
        retries: !guards ? retriesMax : idempotent ? 1 : 0,
        initialRetryTime: retryBackoffMs,
        maxRetryTime: retryBackoffMsMax,
        factor: 0.2,
        multiplier: 2,
      },
    });
    const count = ({ payload }: { payload: { apiName?: string } }): void => {
      if (payload.apiName === 'Produce') this.requests++;
    };
    producer.on(producer.events.REQUEST, count);
    producer.on(producer.events.REQUEST_TIMEOUT, count);
    await producer.connect();
    return producer;
  }

  partitionCount(topic: string): number {
    return this.#partitionCounts.get(topic) ?? 0;
  }

  leaderOf(): number {
    return 0;
  }

  openBatch(_topic: string, partition: number): MessageBuilder {
    return new MessageBuilder(partition, this.#context.profile.settings, this.#scratch);
  }

  send(_leader: number, batches: readonly Batch[]): Promise<readonly Outcome[]> {
    const { guards, idempotent } = this.#context.profile.settings;
    if (!guards) return this.#entrust(batches);
    if (!idempotent) return this.#attempt(batches);
    const attempt = this.#turn.then(() => this.#attempt(batches));
    this.#turn = attempt;
    return attempt;
  }

  /** What kafkajs says of a send is believed, and is final: it has tried as often as it was told to. Where records went it does not tell. */
  async #entrust(batches: readonly Batch[]): Promise<readonly Outcome[]> {
    let code = 'NONE';
    try {
      await this.#deliver(batches);
    } catch (error) {
      code = error instanceof ClosedError ? 'CLOSED' : verdict(error, errorInfo).code;
      if (code === OWN_FAULT) this.#warnOnce(error);
    }
    return batches.map(() => ({ code, retriable: false, offset: -1 }));
  }

  /** Never rejects: what fails is the outcome. */
  async #attempt(batches: readonly Batch[]): Promise<readonly Outcome[]> {
    const outcomes = new Map<Batch, Outcome>();
    const together = batches.filter((batch) => !this.#suspects.has(batch));
    const groups = batches.filter((batch) => this.#suspects.has(batch)).map((batch) => [batch]);
    if (together.length > 0) groups.unshift(together);
    for (const group of groups) {
      try {
        await this.#renewFor(group);
        const stored = await this.#deliver(group);
        for (const batch of group) outcomes.set(batch, this.#outcomeOf(batch, stored));
      } catch (error) {
        const outcome = await this.#failure(error, group);
        for (const batch of group) outcomes.set(batch, outcome);
      }
    }
    return batches.map((batch) => outcomes.get(batch)!);
  }

  /** New sequence numbers take a new producer: kafkajs has no other way to begin anew. */
  async #renewFor(batches: readonly Batch[]): Promise<void> {
    if (!this.#context.profile.settings.idempotent) return;
    let renew = false;
    for (const { topic, partition, epoch } of batches) {
      const place = `${topic}/${partition}`;
      if (epoch > (this.#epochs.get(place) ?? 0)) {
        renew = true;
        this.#epochs.set(place, epoch);
      }
    }
    if (!renew || this.#kafka === undefined || this.#producer === undefined) return;
    const old = this.#producer;
    this.#producer = await this.#openProducer(this.#kafka);
    await old.disconnect().catch(() => {});
  }

  async #deliver(batches: readonly Batch[]): Promise<RecordMetadata[]> {
    if (this.#producer === undefined) throw new ClosedError();
    const { acks, requestTimeoutMs, compressionLevel } = this.#context.profile.settings;
    const byTopic = new Map<string, TopicMessages>();
    for (const { topic, builder } of batches) {
      const { messages } = builder as MessageBuilder;
      const topicMessages = byTopic.get(topic);
      if (topicMessages === undefined) byTopic.set(topic, { topic, messages: messages.slice() });
      else for (const message of messages) topicMessages.messages.push(message);
    }
    const producer = this.#producer;
    const stored = await levels.run(compressionLevel ?? undefined, () =>
      producer.sendBatch({
        acks: acks === 'all' ? -1 : acks,
        timeout: requestTimeoutMs,
        compression: this.#context.codec?.id ?? 0,
        topicMessages: [...byTopic.values()],
      }),
    );
    // kafkajs buffers without bound towards a peer that has stopped reading, and nothing else would tell.
    if (acks === 0) await this.#shim.drained();
    return stored;
  }

  #outcomeOf(batch: Batch, stored: readonly RecordMetadata[]): Outcome {
    if (this.#context.profile.settings.acks === 0) return { code: 'NONE', retriable: false, offset: -1 };
    const found = stored.find((one) => one.topicName === batch.topic && one.partition === batch.partition);
    // kafkajs leaves out partitions that its metadata do not know, and resolves all the same.
    if (found === undefined) return { code: 'UNKNOWN_TOPIC_OR_PARTITION', retriable: true, offset: -1 };
    return { code: 'NONE', retriable: false, offset: Number(found.baseOffset ?? -1) };
  }

  async #failure(error: unknown, group: readonly Batch[]): Promise<Outcome> {
    if (error instanceof ClosedError) return { code: 'CLOSED', retriable: true, offset: -1 };
    const { code, retriable } = verdict(error, errorInfo);
    if (code === OWN_FAULT) this.#warnOnce(error);
    if (rootOf(error).name === 'KafkaJSRequestTimeoutError') await this.#shim.cut('a request timed out');
    const duplicate = code === 'DUPLICATE_SEQUENCE_NUMBER';
    if (group.length > 1 && (duplicate || !retriable)) {
      for (const batch of group) this.#suspects.add(batch);
      return { code, retriable: true, offset: -1 };
    }
    // The broker has it already, from an attempt whose answer was lost.
    if (duplicate) return { code: 'NONE', retriable: false, offset: -1 };
    return { code, retriable, offset: -1 };
  }

  #warnOnce(error: unknown): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#context.warn(`kafkajs failed in a way of its own: ${rootOf(error).message}`);
  }

  /** kafkajs looks for moved leaders itself, after each failure. */
  async refresh(): Promise<void> {}

  congested(): boolean {
    return this.#shim.congested;
  }

  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    if (producer !== undefined) {
      // It waits for requests under way, and those for a silent peer.
      await new Promise<void>((resolve) => {
        const timer = this.#context.clock.after(CLOSE_MS_MAX, resolve);
        const done = (): void => {
          timer.cancel();
          resolve();
        };
        producer.disconnect().then(done, done);
      });
    }
    await this.#shim.cut('the driver was closed');
  }
}

class ClosedError extends Error {
  override readonly name = 'ClosedError';
}

/** kafkajs has gzip only, without a choice of level; ours serve all four, in the same framings. */
function register(library: Library, codec: Codec): void {
  const codecs = library.CompressionCodecs as { [id: number]: unknown };
  codecs[codec.id] = () => ({
    compress: (encoder: { buffer: Buffer }) => codec.compress(encoder.buffer, levels.getStore()),
    decompress: (packed: Buffer) => codec.decompress(packed, DECOMPRESSED_BYTES_MAX),
  });
}

const part: DriverPart = {
  doc: "The kafkajs library's public producer, the baseline that many services use.",
  needsBrokers: true,
  create: (context) => new KafkajsDriver(context),
};

export default part;
