/**
 * The default driver: our own record batches over our own connections. An attempt is one Produce request; what it
 * brings back is told per batch, and nothing is tried twice here.
 */
import { EventmillError } from '../errors.js';
import { BufferPool } from '../protocol/buffer-pool.js';
import { errorInfo } from '../protocol/codes.js';
import {
  INIT_PRODUCER_ID,
  PRODUCE,
  type ProduceItem,
  produceFrame,
  readInitProducerId,
  readProduce,
  writeInitProducerId,
} from '../protocol/messages.js';
import { ProtocolError } from '../protocol/reader.js';
import { RecordBatch, type RecordBatchOptions } from '../protocol/record-batch.js';
import { Cluster } from '../transport/cluster.js';
import type { Connection } from '../transport/connection.js';
import { ConnectionError } from '../transport/connection-error.js';
import { unreachableFault } from '../transport/refusals.js';
import type {
  Batch,
  Builder,
  Driver,
  DriverContext,
  DriverPart,
  Outcome,
  ProfileSettings,
} from '../types.js';

const part: DriverPart = {
  doc: "eventmill's own producer: record batches written in wire form and sent over its own connections",
  needsBrokers: true,
  packs: true,
  create: (context) => new KafkaDriver(context),
};
export default part;

/** Dialling and small requests: long enough for a broker that is busy, short enough to say so within 15 s. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Beyond a network's delay: how much longer than the broker's own limit an answer may take. */
const GRACE_MS = 500;
/** An epoch is an int16. */
const EPOCHS = 32_768;
/** Not retriable in the protocol's sense, but mended by new sequence numbers. */
const SEQUENCE_CODES: ReadonlySet<string> = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
]);

class KafkaDriver implements Driver {
  readonly ordered: boolean;
  requests = 0;
  throttledMs = 0;
  readonly #settings: ProfileSettings;
  readonly #context: DriverContext;
  readonly #cluster: Cluster;
  readonly #batches: RecordBatchOptions;
  readonly #acks: number;
  /** One is enough for 32,768 epochs of each partition. */
  readonly #producerIds: number[] = [];
  /** The login was refused. To ask again would not help, and a wrong password tried often may lock the account. */
  #refusal: ConnectionError | null = null;

  constructor(context: DriverContext) {
    const settings = context.profile.settings;
    this.#settings = settings;
    this.#context = context;
    this.ordered = settings.idempotent;
    this.#acks = settings.acks === 'all' ? -1 : settings.acks;
    this.#batches = {
      pool: new BufferPool(settings.bufferBytes + 8 * settings.batchBytes),
      batchBytes: settings.batchBytes,
      codec: context.codec,
      level: settings.compressionLevel ?? undefined,
    };
    this.#cluster = new Cluster({
      brokers: context.brokers,
      clientId: context.clientId,
      security: context.security,
      clock: context.clock,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      requestTimeoutMs: Math.min(CONNECT_TIMEOUT_MS, settings.requestTimeoutMs),
      autoCreateTopics: context.autoCreateTopics ?? false,
    });
  }

  get wireBytes(): number {
    return this.#cluster.wireBytes;
  }

  async connect(topics: readonly string[]): Promise<void> {
    await this.#cluster.connect(topics);
    if (!this.#settings.idempotent) return;
    const id = await this.#initProducerId().catch((cause: unknown) => {
      throw unreachableFault(cause);
    });
    this.#producerIds.push(id);
  }

  /** A fresh cluster answers with retriable errors for a moment. */
  async #initProducerId(): Promise<number> {
    const { clock } = this.#context;
    const deadline = clock.now() + CONNECT_TIMEOUT_MS;
    for (;;) {
      const connection = await this.#cluster.any();
      const { error, producerId } = await connection.ask(
        INIT_PRODUCER_ID,
        writeInitProducerId,
        CONNECT_TIMEOUT_MS,
        readInitProducerId,
      );
      if (error === 0) return producerId;
      const info = errorInfo(error);
      if (!info.retriable || clock.now() > deadline) {
        throw new EventmillError(
          'UNSUPPORTED',
          `the broker gave no producer id, which idempotent sending needs: ${info.text} (${info.name}). Set idempotent to false, or allow it there`,
        );
      }
      await clock.sleep(100);
    }
  }

  /** A partition has used up its epochs when it had that many records that no broker takes. */
  async #addProducerId(): Promise<void> {
    try {
      this.#producerIds.push(await this.#initProducerId());
    } catch (cause) {
      throw new ConnectionError('NETWORK_EXCEPTION', 'no new producer id could be had', cause);
    }
  }

  partitionCount(topic: string): number {
    return this.#cluster.partitionCount(topic);
  }

  leaderOf(topic: string, partition: number): number {
    return this.#cluster.leaderOf(topic, partition);
  }

  openBatch(_topic: string, _partition: number, expectedBytes?: number, roomBytes?: number): Builder {
    return new RecordBatch(this.#batches, expectedBytes, roomBytes);
  }

  congested(leader: number): boolean {
    return this.#acks === 0 && (this.#cluster.connected(leader)?.congested ?? false);
  }

  refresh(): Promise<void> {
    return this.#cluster.refresh();
  }

  async send(leader: number, batches: readonly Batch[]): Promise<readonly Outcome[]> {
    let connection: Connection | undefined;
    try {
      if (this.#refusal !== null) throw this.#refusal;
      connection = await this.#cluster.connection(leader);
      const lacksId = ({ epoch }: Batch) => epoch >= this.#producerIds.length * EPOCHS;
      while (this.#settings.idempotent && batches.some(lacksId)) await this.#addProducerId();
      this.requests++;
      return this.#acks === 0 ? await this.#post(connection, batches) : await this.#ask(connection, batches);
    } catch (error) {
      const code = error instanceof ConnectionError ? error.code : 'NETWORK_EXCEPTION';
      // An answer that cannot be read: whatever else comes on this connection cannot be believed either.
      if (error instanceof ProtocolError)
        connection?.destroy(`${connection.address}: ${error.message}`, error);
      else if (!(error instanceof ConnectionError)) throw error;
      if (code === 'SASL_AUTHENTICATION_FAILED') this.#refuse(error as ConnectionError);
      const retriable = this.#refusal === null;
      const outcome: Outcome = { code, retriable, offset: -1, unsent: connection === undefined };
      return batches.map(() => outcome);
    }
  }

  #refuse(refusal: ConnectionError): void {
    if (this.#refusal !== null) return;
    this.#refusal = refusal;
    this.#context.warn(`${refusal.message}; what is still to be sent fails`);
  }

  async close(): Promise<void> {
    this.#cluster.close();
  }

  async #post(connection: Connection, batches: readonly Batch[]): Promise<readonly Outcome[]> {
    const { header } = connection.begin(PRODUCE);
    const { requestTimeoutMs } = this.#settings;
    await connection.post(produceFrame(header, 0, requestTimeoutMs, this.#items(batches)), requestTimeoutMs);
    return batches.map(() => WRITTEN);
  }

  async #ask(connection: Connection, batches: readonly Batch[]): Promise<readonly Outcome[]> {
    const { header, correlationId } = connection.begin(PRODUCE);
    const { requestTimeoutMs } = this.#settings;
    const frame = produceFrame(header, this.#acks, requestTimeoutMs, this.#items(batches));
    const body = await connection.request(frame, correlationId, requestTimeoutMs + GRACE_MS);
    const outcomes: Outcome[] = batches.map(() => UNANSWERED);
    let expected = 0;
    const throttleMs = readProduce(body, (topic, partition, error, offset) => {
      // Answers come in the order of the request, so the next one is nearly always the one expected.
      const isMine = (batch: Batch) => batch.partition === partition && batch.topic === topic;
      const at =
        batches[expected] !== undefined && isMine(batches[expected]!) ? expected : batches.findIndex(isMine);
      if (at < 0) return;
      expected = at + 1;
      outcomes[at] = outcomeOf(error, offset);
    });
    this.throttledMs += throttleMs;
    connection.throttle(throttleMs);
    return outcomes;
  }

  #items(batches: readonly Batch[]): Map<string, ProduceItem[]> {
    const topics = new Map<string, ProduceItem[]>();
    for (const batch of batches) {
      const builder = batch.builder as RecordBatch;
      const id = this.#producerIds[Math.floor(batch.epoch / EPOCHS)] ?? -1;
      builder.stamp(id, batch.epoch % EPOCHS, batch.sequence);
      const item: ProduceItem = {
        partition: batch.partition,
        bytes: builder.wireBytes,
        pieces: (take) => builder.pieces(take),
      };
      const items = topics.get(batch.topic);
      if (items === undefined) topics.set(batch.topic, [item]);
      else items.push(item);
    }
    return topics;
  }
}

const WRITTEN: Outcome = { code: 'NONE', retriable: false, offset: -1 };
const UNANSWERED: Outcome = { code: 'UNKNOWN_SERVER_ERROR', retriable: true, offset: -1 };

function outcomeOf(error: number, offset: number): Outcome {
  if (error === 0) return { code: 'NONE', retriable: false, offset };
  const { name, retriable } = errorInfo(error);
  // Stored by an earlier attempt whose answer was lost: that is success.
  if (name === 'DUPLICATE_SEQUENCE_NUMBER') return WRITTEN;
  return { code: name, retriable: retriable || SEQUENCE_CODES.has(name), offset: -1 };
}
