/** The buffers that batches are written into, used again and again. */

/** Room behind what was asked for, so that the record that crosses a batch's limit can mostly be written before it is refused. */
export const HEADROOM = 4096;

/** The sizes are powers of two from 4 KiB to 64 MiB, each with headroom; larger ones are made to measure and not kept. */
const SMALLEST = 12;
const SIZES = 15;

/** Hands out buffers by size and keeps those given back, up to `mostBytes` of them; beyond that, the sizes most of which lie idle go first. */
export class BufferPool {
  readonly #mostBytes: number;
  readonly #free: Buffer[][] = Array.from({ length: SIZES }, () => []);
  #freeBytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Bytes that lie idle. */
  get freeBytes(): number {
    return this.#freeBytes;
  }

  /** A buffer for so many bytes at least, with headroom. What stands in it is of no meaning. */
  take(bytes: number): Buffer {
    const size = sizeFor(bytes);
    if (size >= SIZES) return Buffer.allocUnsafeSlow(bytes + HEADROOM);
    const buffer = this.#free[size]!.pop();
    if (buffer === undefined) return Buffer.allocUnsafeSlow(lengthOf(size));
    this.#freeBytes -= buffer.length;
    return buffer;
  }

  give(buffer: Buffer): void {
    const size = sizeFor(buffer.length - HEADROOM);
    if (size >= SIZES || buffer.length !== lengthOf(size)) return;
    while (this.#freeBytes + buffer.length > this.#mostBytes) {
      const idlest = this.#idlest();
      if (idlest === size || this.#free[idlest]!.length === 0) return;
      this.#freeBytes -= this.#free[idlest]!.pop()!.length;
    }
    this.#free[size]!.push(buffer);
    this.#freeBytes += buffer.length;
  }

  #idlest(): number {
    let idlest = 0;
    for (let size = 1; size < SIZES; size++) {
      const bytes = this.#free[size]!.length * lengthOf(size);
      if (bytes > this.#free[idlest]!.length * lengthOf(idlest)) idlest = size;
    }
    return idlest;
  }
}

/** Which of the sizes holds so many bytes. */
function sizeFor(bytes: number): number {
  if (bytes > 2 ** 30) return SIZES;
  return Math.max(0, 32 - Math.clz32(Math.max(0, bytes - 1)) - SMALLEST);
}

const lengthOf = (size: number) => 2 ** (SMALLEST + size) + HEADROOM;
