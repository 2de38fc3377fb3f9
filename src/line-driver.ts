/** What drivers that write lines of text have in common; how a batch's text gets out is theirs. */
import { LinePress, type Lines, Offsets } from './lines.js';
import type { Batch, Driver, DriverContext, Outcome } from './types.js';

export abstract class LineDriver implements Driver {
  readonly ordered = true;
  wireBytes = 0;
  requests = 0;
  protected closed = false;
  readonly #partitions: number;
  readonly #press: LinePress;
  readonly #offsets = new Offsets();

  constructor(context: DriverContext) {
    const { batchBytes, batchRecords } = context.profile.settings;
    this.#partitions = context.partitions;
    this.#press = new LinePress({ batchBytes, batchRecords, envelope: context.envelope ?? false });
  }

  /** Writes a batch's text; resolves with `NONE` or the code of what went wrong. */
  protected abstract write(topic: string, text: Buffer): Promise<string>;
  abstract connect(topics: readonly string[]): Promise<void>;
  abstract close(): Promise<void>;

  partitionCount(): number {
    return this.#partitions;
  }

  leaderOf(): number {
    return 0;
  }

  openBatch(): Lines {
    return this.#press.open();
  }

  async send(_leader: number, batches: readonly Batch[]): Promise<readonly Outcome[]> {
    if (this.closed) return batches.map(() => ({ code: 'CLOSED', retriable: true, offset: -1 }));
    this.requests++;
    const codes = await Promise.all(
      batches.map(({ topic, builder }) => this.write(topic, (builder as Lines).text)),
    );
    return batches.map(({ topic, partition, count, builder }, index) => {
      const code = codes[index]!;
      if (code !== 'NONE') return { code, retriable: false, offset: -1 };
      this.wireBytes += builder.bytes;
      return { code, retriable: false, offset: this.#offsets.take(topic, partition, count) };
    });
  }

  async refresh(): Promise<void> {}

  congested(): boolean {
    return false;
  }
}
