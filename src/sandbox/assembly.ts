/** Larger requests are put together in memory of their own. */
const BYTES_MAX = 1024 * 1024;

/**
 * Where requests that came in pieces are put together, of all connections in turn: a new buffer for each would be garbage a
 * moment later, hundreds of megabytes of it a second. What lies here is good until the next one is put together, or
 * for ever once it was left to whoever needs it for longer.
 */
export class Assembly {
  #place = Buffer.alloc(0);

  /** The chunks, `bytes` in all, as one. */
  readonly join = (chunks: readonly Buffer[], bytes: number): Buffer => {
    if (bytes > BYTES_MAX) return Buffer.concat(chunks, bytes);
    // Twice as much as is needed now, or each request that is a little larger would take another one.
    if (bytes > this.#place.length) this.#place = Buffer.allocUnsafeSlow(Math.min(BYTES_MAX, 2 * bytes));
    let at = 0;
    for (const chunk of chunks) at += chunk.copy(this.#place, at);
    return this.#place.subarray(0, bytes);
  };

  /** The request will be looked at later on: the next ones are put together elsewhere. */
  leave(request: Buffer): void {
    if (request.buffer === this.#place.buffer) this.#place = Buffer.alloc(0);
  }
}
