import { ProtocolError } from './reader.js';

const LENGTH_BYTES = 4;

type Join = (chunks: readonly Buffer[], bytes: number) => Buffer;

/**
 * Cuts what a socket delivers into the frames that Kafka sends, each an int32 length and that many bytes.
 * A frame that lies within one chunk is handed out as a view on it; only one that was split is copied together.
 * What a peer declares costs nothing: memory is held for bytes that have come, never for bytes announced.
 */
export class FrameSplitter {
  private readonly maxBytes: number;
  private readonly join: Join;
  private chunks: Buffer[] = [];
  private held = 0;
  /** How many bytes must be held before something can be done. */
  private needed = LENGTH_BYTES;

  /** `maxBytes` bounds one frame, without the four bytes of its length; `join` makes one of chunks with so many bytes in all. */
  constructor(maxBytes: number, join: Join = Buffer.concat) {
    this.maxBytes = maxBytes;
    this.join = join;
  }

  /** The bytes of an unfinished frame that are kept. */
  get pendingBytes(): number {
    return this.held;
  }

  /**
   * Takes the next chunk and calls `onFrame` for each frame that is complete with it, in order, without the
   * length. Throws a ProtocolError for a length that is negative or too large; the connection is then of no
   * more use, as nothing says where the next frame begins.
   */
  push(chunk: Buffer, onFrame: (frame: Buffer) => void): void {
    let rest = chunk;
    if (this.held > 0) {
      this.chunks.push(chunk);
      this.held += chunk.length;
      if (this.held < this.needed) return;
      rest = this.join(this.chunks, this.held);
    }
    let start = 0;
    while (rest.length - start >= LENGTH_BYTES) {
      const length = this.lengthAt(rest, start);
      const end = start + LENGTH_BYTES + length;
      if (end > rest.length) {
        this.needed = LENGTH_BYTES + length;
        this.keep(chunk, rest.length - start);
        return;
      }
      onFrame(rest.subarray(start + LENGTH_BYTES, end));
      start = end;
    }
    this.needed = LENGTH_BYTES;
    this.keep(chunk, rest.length - start);
  }

  /** Keeps the last `left` bytes that have come. Frames end in the newest chunk, so that more than it has is all there is. */
  private keep(chunk: Buffer, left: number): void {
    if (left > chunk.length) return;
    this.chunks = left === 0 ? [] : [chunk.subarray(chunk.length - left)];
    this.held = left;
  }

  private lengthAt(buffer: Buffer, at: number): number {
    const length = buffer.readInt32BE(at);
    if (length >= 0 && length <= this.maxBytes) return length;
    const found = `a frame declares ${length} bytes, but 0 to ${this.maxBytes} are allowed`;
    throw new ProtocolError(`${found}${guess(buffer, at)}`);
  }
}

/** What a peer that does not speak Kafka is likely to speak, from the first bytes of what it sent. */
function guess(buffer: Buffer, at: number): string {
  const kind = buffer[at]!;
  if (kind >= 0x14 && kind <= 0x17 && buffer[at + 1] === 3) return ' (these bytes look like TLS)';
  const text = buffer.toString('latin1', at, at + LENGTH_BYTES);
  if (/^(HTTP|GET |POST|PUT |HEAD)$/.test(text)) return ' (these bytes look like HTTP)';
  return '';
}
