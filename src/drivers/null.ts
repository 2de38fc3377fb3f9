/**
 * Nowhere: batches are made as for Kafka, compressed and with their checksum, and then thrown away. What this reaches
 * is the pipeline's own ceiling, the honest denominator of every comparison.
 */
import { BufferPool } from '../protocol/buffer-pool.js';
import { RecordBatch } from '../protocol/record-batch.js';
import type { Batch, Builder, Driver, DriverContext, DriverPart, Outcome } from '../types.js';

const part: DriverPart = {
  doc: "nowhere: batches are made as for Kafka and then thrown away; the pipeline's own ceiling",
  needsBrokers: false,
  packs: true,
  create: (context) => new NullDriver(context),
};
export default part;

class NullDriver implements Driver {
  readonly ordered = true;
  wireBytes = 0;
  requests = 0;
  readonly #context: DriverContext;
  readonly #pool: BufferPool;
  readonly #offsets = new Map<string, Float64Array>();

  constructor(context: DriverContext) {
    const { batchBytes, bufferBytes } = context.profile.settings;
    this.#context = context;
    this.#pool = new BufferPool(bufferBytes + 8 * batchBytes);
  }

  async connect(topics: readonly string[]): Promise<void> {
    for (const topic of topics) this.#offsets.set(topic, new Float64Array(this.#context.partitions));
  }

  partitionCount(topic: string): number {
    return this.#offsets.get(topic)?.length ?? 0;
  }

  leaderOf(): number {
    return 0;
  }

  openBatch(_topic: string, _partition: number, expectedBytes?: number, roomBytes?: number): Builder {
    const { batchBytes, compressionLevel } = this.#context.profile.settings;
    const level = compressionLevel ?? undefined;
    const options = { pool: this.#pool, batchBytes, codec: this.#context.codec, level };
    return new RecordBatch(options, expectedBytes, roomBytes);
  }

  async send(_leader: number, batches: readonly Batch[]): Promise<readonly Outcome[]> {
    this.requests++;
    return batches.map((batch) => {
      const builder = batch.builder as RecordBatch;
      builder.stamp(-1, batch.epoch, batch.sequence);
      this.wireBytes += builder.wireBytes;
      const offsets = this.#offsets.get(batch.topic)!;
      const offset = offsets[batch.partition]!;
      offsets[batch.partition] = offset + batch.count;
      return { code: 'NONE', retriable: false, offset };
    });
  }

  async refresh(): Promise<void> {}

  congested(): boolean {
    return false;
  }

  async close(): Promise<void> {}
}
