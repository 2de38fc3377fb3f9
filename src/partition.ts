/** Which partition a record goes to: chosen once, before the first attempt, and never again on a retry. */

/**
 * Kafka's murmur2 of `length` bytes from `start`, as an unsigned 31-bit number (Java: Utils.toPositive(Utils.murmur2(key))),
 * so that a key lands where Java's producers put it.
 */
export function keyHash(key: Uint8Array, start: number, length: number): number {
  const m = 0x5bd1e995;
  let h = 0x9747b28c ^ length;
  const whole = start + (length & ~3);
  let at = start;
  for (; at < whole; at += 4) {
    let k = key[at]! | (key[at + 1]! << 8) | (key[at + 2]! << 16) | (key[at + 3]! << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  const rest = length & 3;
  if (rest === 3) h ^= key[at + 2]! << 16;
  if (rest >= 2) h ^= key[at + 1]! << 8;
  if (rest >= 1) h = Math.imul(h ^ key[at]!, m);
  h ^= h >>> 13;
  h = Math.imul(h, m);
  h ^= h >>> 15;
  return h & 0x7fffffff;
}

/**
 * Where records without a key go: to one partition until a batch's worth of bytes went there, then to another chosen
 * by chance (KIP-480, KIP-794), so that batches fill instead of every partition getting a crumb.
 */
export class StickyPartitioner {
  readonly #random: { int(below: number): number };
  #partition = -1;
  #bytes = 0;

  constructor(random: { int(below: number): number }) {
    this.#random = random;
  }

  /** The partition for the next record, where a batch holds `batchBytes` before it is compressed. */
  choose(partitions: number, batchBytes: number): number {
    if (this.#partition < 0 || this.#bytes >= batchBytes) this.#move(partitions);
    return this.#partition;
  }

  /** Tells how many bytes the record took. */
  took(bytes: number): void {
    this.#bytes += bytes;
  }

  #move(partitions: number): void {
    this.#bytes = 0;
    if (partitions <= 1 || this.#partition < 0) {
      this.#partition = partitions <= 1 ? 0 : this.#random.int(partitions);
      return;
    }
    // Never the same one twice in a row, so that a slow partition is left alone for a while.
    const next = this.#random.int(partitions - 1);
    this.#partition = next >= this.#partition ? next + 1 : next;
  }
}
