/** One record's value a line on standard output, and nothing else there: the start of a pipe. */
import { LinePress, type Lines, Offsets } from '../lines.js';
import type { Batch, Driver, DriverContext, DriverPart, Outcome } from '../types.js';

/** The reader has gone, as `head` does: an end to the run, and no error in it. */
const PIPE_CLOSED = 'EPIPE';

class StdoutDriver implements Driver {
  readonly ordered = true;
  wireBytes = 0;
  requests = 0;
  readonly #partitions: number;
  readonly #output: NodeJS.WritableStream;
  readonly #press: LinePress;
  readonly #offsets = new Offsets();
  /** The code of what ended it all. */
  #broken: string | undefined;
  #closed = false;

  constructor(context: DriverContext) {
    const { batchBytes, batchRecords } = context.profile.settings;
    this.#partitions = context.partitions;
    this.#output = context.output ?? process.stdout;
    this.#press = new LinePress({ batchBytes, batchRecords, envelope: context.envelope ?? false });
    // It stays attached: a pipe may report its end long after the last write.
    this.#output.on('error', (error: NodeJS.ErrnoException) => {
      this.#broken ??= codeOf(error);
    });
  }

  async connect(): Promise<void> {}

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
    if (this.#closed) return batches.map(() => ({ code: 'CLOSED', retriable: true, offset: -1 }));
    this.requests++;
    // A write's callback comes once the reader has taken it: that is the back-pressure.
    const codes = await Promise.all(batches.map((batch) => this.#write((batch.builder as Lines).text)));
    return batches.map((batch, index) => {
      const code = codes[index]!;
      if (code !== 'NONE') return { code, retriable: false, offset: -1 };
      this.wireBytes += batch.builder.bytes;
      return {
        code,
        retriable: false,
        offset: this.#offsets.take(batch.topic, batch.partition, batch.count),
      };
    });
  }

  #write(text: Buffer): Promise<string> {
    if (this.#broken !== undefined) return Promise.resolve(this.#broken);
    return new Promise((resolve) => {
      this.#output.write(text, (error) => {
        if (error) this.#broken ??= codeOf(error);
        resolve(error ? this.#broken! : 'NONE');
      });
    });
  }

  async refresh(): Promise<void> {}

  congested(): boolean {
    // A stream that broke never drains; what is sent to it fails at once instead.
    if (this.#broken !== undefined) return false;
    return (this.#output as { writableNeedDrain?: boolean }).writableNeedDrain === true;
  }

  /** The stream is not ours to end. */
  async close(): Promise<void> {
    this.#closed = true;
  }
}

function codeOf(error: NodeJS.ErrnoException): string {
  const code = error.code ?? 'EIO';
  return code === 'ERR_STREAM_DESTROYED' || code === 'ERR_STREAM_WRITE_AFTER_END' ? PIPE_CLOSED : code;
}

const part: DriverPart = {
  doc: 'One JSON value a line on standard output; messages go to standard error.',
  needsBrokers: false,
  partitions: 1,
  create: (context) => new StdoutDriver(context),
};

export default part;
