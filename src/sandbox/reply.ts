import { Writer } from '../protocol/writer.js';
import type { Segment } from './segment.js';

/** One answer on its way to a client. Record data go out from where they are stored, without being copied. */
export class Reply extends Writer {
  #shown: { at: number; view: Buffer }[] = [];
  #shownBytes = 0;
  #pinned: Segment[] = [];

  constructor(correlationId: number, capacity?: number) {
    super(capacity);
    this.reserve(4);
    this.int32(correlationId);
  }

  /** Puts a stretch of a segment here. The segment's memory stays as it is until `release`. */
  show(segment: Segment, start: number, end: number): this {
    segment.pins++;
    this.#pinned.push(segment);
    this.#shown.push({ at: this.offset, view: segment.buffer.subarray(start, end) });
    this.#shownBytes += end - start;
    return this;
  }

  /** The bytes that follow the first four, which say how many they are. */
  get bodyBytes(): number {
    return this.offset - 4 + this.#shownBytes;
  }

  /** All bytes in order, with the length before them. */
  pieces(): Buffer[] {
    this.patch(0, this.bodyBytes);
    const own = this.finish();
    const pieces: Buffer[] = [];
    let from = 0;
    for (const { at, view } of this.#shown) {
      if (at > from) pieces.push(own.subarray(from, at));
      pieces.push(view);
      from = at;
    }
    if (from < own.length) pieces.push(own.subarray(from));
    return pieces;
  }

  /** The bytes have been sent, or never will be. */
  release(): void {
    for (const segment of this.#pinned.splice(0)) segment.pins--;
  }
}
