/** The buffers that batches are written into. */

/** Room behind the batch's limit, so that the record that crosses it can mostly be written before it is refused. */
const HEADROOM = 4096;

/** Buffers of one size, used again and again; never more of them than were in use at once, up to `most`. */
export class BufferPool {
  readonly size: number;
  readonly #most: number;
  readonly #free: Buffer[] = [];

  constructor(batchBytes: number, most: number) {
    this.size = batchBytes + HEADROOM;
    this.#most = most;
  }

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.size);
  }

  give(buffer: Buffer): void {
    if (buffer.length === this.size && this.#free.length < this.#most) this.#free.push(buffer);
  }
}
