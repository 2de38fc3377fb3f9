/**
 * How large a batch a partition's leader takes, as far as it has told by refusing some. One refusal is not believed where
 * as large a batch was taken before: what a broker makes of a batch before it looks at its size (unpacking, packing it
 * anew) depends on more than how large it was sent, and a limit that only ever fell would end at single records.
 */

/** So many refusals in a row of what was taken before mean that the limit was lowered. */
const REFUSALS = 3;

export class SizeLimit {
  /** Sizes from here on are likely to be refused. */
  #refused = Number.POSITIVE_INFINITY;
  /** The largest that was taken, bytes. */
  #taken = 0;
  /** Refusals that contradict it, since about as large a batch was taken. */
  #refusals = 0;

  /** A batch of so many bytes was refused for its size. Whether that is to be believed: if not, it may be taken the next time. */
  refuse(bytes: number): boolean {
    if (bytes <= this.#taken) {
      this.#refusals++;
      if (this.#refusals < REFUSALS) return false;
      this.#refusals = 0;
      this.#taken = 0;
    }
    this.#refused = Math.min(this.#refused, bytes);
    return true;
  }

  /** A batch of so many bytes was taken. */
  take(bytes: number): void {
    // The limit was raised; by how much the next refusal tells.
    if (bytes >= this.#refused) this.#refused = Number.POSITIVE_INFINITY;
    if (2 * bytes > this.#taken) this.#refusals = 0;
    if (bytes > this.#taken) this.#taken = bytes;
  }

  /** Whether nothing speaks against a batch of so many bytes. */
  admits(bytes: number): boolean {
    return bytes < this.#refused;
  }
}
