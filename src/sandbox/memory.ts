import type { Hold } from './hold.js';
import type { Segment } from './segment.js';

const KIB = 1024;

/**
 * The memory of all logs together. When it is full, the segment goes whose newest batch is the oldest of all,
 * whatever partition it belongs to, so that a busy partition does not push out what a quiet one has just got.
 */
export class Memory {
  readonly limitBytes: number;
  /** The size segments grow to. */
  readonly segmentBytes: number;
  heldBytes = 0;
  evictedRecords = 0;
  /** What may not be evicted yet, if anything. */
  hold: Hold | undefined;
  /** Segments by the time of their last append. */
  readonly #order = new Set<Segment>();
  /** Blocks of full size that nobody shows any more: fresh pages cost time, and garbage waits for a collection. */
  readonly #spare: Buffer[] = [];

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
    const share = Math.floor(limitBytes / 128);
    this.segmentBytes = Math.min(2048 * KIB, Math.max(16 * KIB, share));
  }

  /** A block of `bytes` bytes, for which others are evicted as needed. */
  allocate(bytes: number): Buffer {
    for (const segment of this.#order) {
      if (this.heldBytes + bytes <= this.limitBytes) break;
      if (this.#isHeld(segment)) continue;
      this.evictedRecords += segment.records;
      segment.log.forget(segment);
      this.release(segment);
    }
    this.heldBytes += bytes;
    const block = bytes === this.segmentBytes ? this.#spare.pop() : undefined;
    // What is kept to be used again counts towards the limit as well.
    const room = Math.floor((this.limitBytes - this.heldBytes) / this.segmentBytes);
    this.#spare.length = Math.min(this.#spare.length, Math.max(0, room));
    return block ?? Buffer.allocUnsafeSlow(bytes);
  }

  /** Whether so many bytes are free or could be evicted. */
  hasRoom(bytes: number): boolean {
    let missing = this.heldBytes + bytes - this.limitBytes;
    if (missing <= 0) return true;
    for (const segment of this.#order) {
      if (this.#isHeld(segment)) continue;
      missing -= segment.buffer.length;
      if (missing <= 0) return true;
    }
    return false;
  }

  #isHeld({ log, endOffset }: Segment): boolean {
    return this.hold !== undefined && !this.hold.letsGo(log, endOffset);
  }

  /** Notes that something was appended to the segment, so that it counts as the newest. */
  touch(segment: Segment): void {
    this.#order.delete(segment);
    this.#order.add(segment);
  }

  /** The segment's bytes are no longer held. Its block may become another's at once, unless an answer still shows it. */
  release(segment: Segment): void {
    if (!this.#order.delete(segment)) return;
    const { buffer, pins } = segment;
    this.heldBytes -= buffer.length;
    if (pins === 0 && buffer.length === this.segmentBytes) this.#spare.push(buffer);
  }
}
