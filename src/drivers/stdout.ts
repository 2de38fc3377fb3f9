/** One record's value a line on standard output, and nothing else there: the start of a pipe. */
import { LineDriver } from '../line-driver.js';
import type { DriverContext, DriverPart } from '../types.js';

/** The reader has gone, as `head` does: an end to the run, and no error in it. */
const PIPE_CLOSED = 'EPIPE';

class StdoutDriver extends LineDriver {
  readonly #output: NodeJS.WritableStream;
  /** The code of what ended it all. */
  #broken: string | undefined;

  constructor(context: DriverContext) {
    super(context);
    this.#output = context.output ?? process.stdout;
    // It stays attached: a pipe may report its end long after the last write.
    this.#output.on('error', (error: NodeJS.ErrnoException) => {
      this.#broken ??= codeOf(error);
    });
  }

  async connect(): Promise<void> {}

  /** A write's callback comes once the reader has taken it: that is the back-pressure. */
  protected override write(_topic: string, text: Buffer): Promise<string> {
    if (this.#broken !== undefined) return Promise.resolve(this.#broken);
    return new Promise((resolve) => {
      this.#output.write(text, (error) => {
        if (error) this.#broken ??= codeOf(error);
        resolve(error ? this.#broken! : 'NONE');
      });
    });
  }

  override congested(): boolean {
    // A stream that broke never drains; what is sent to it fails at once instead.
    if (this.#broken !== undefined) return false;
    return (this.#output as { writableNeedDrain?: boolean }).writableNeedDrain === true;
  }

  /** The stream is not ours to end. */
  async close(): Promise<void> {
    this.closed = true;
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
