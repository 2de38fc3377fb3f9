/**
 * Texts that are written again and again, encoded once and copied eight bytes at a time. A copy may leave up to seven
 * bytes of no meaning behind its end, where whatever comes next is written.
 */
import { viewOf } from './view.js';

const STEP = 8;
/** Arrays have the machine's own order of bytes, and a view has to be told it. */
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

export class Pieces {
  readonly #bytes: Uint8Array;
  /**
   * The same bytes. Doubles, because eight bytes of valid UTF-8 are never a NaN, which may not survive being copied
   * (its exponent needs 0x7f or 0xff before 0xf0 or more), and 64-bit integers are objects in JavaScript.
   */
  readonly #eights: Float64Array;
  /** Where each begins, in steps, and how many bytes it has, side by side. */
  readonly #places: Uint32Array;

  constructor(texts: readonly string[]) {
    const pieces = texts.map((text) => Buffer.from(text));
    this.#places = new Uint32Array(2 * pieces.length);
    let steps = 0;
    for (const [i, { length }] of pieces.entries()) {
      this.#places[2 * i] = steps;
      this.#places[2 * i + 1] = length;
      steps += Math.ceil(length / STEP);
    }
    this.#eights = new Float64Array(steps);
    this.#bytes = new Uint8Array(this.#eights.buffer);
    for (const [i, piece] of pieces.entries()) this.#bytes.set(piece, this.#places[2 * i]! * STEP);
  }

  /** Writes a piece and returns where it ends; beyond the buffer, it did not fit. */
  put(piece: number, buffer: Buffer, at: number): number {
    const places = this.#places;
    const end = at + places[2 * piece + 1]!;
    if (end + STEP > buffer.length) return this.#putBytes(piece, buffer, at);
    const view = viewOf(buffer);
    const eights = this.#eights;
    for (let to = at, from = places[2 * piece]!; to < end; to += STEP, from++) {
      view.setFloat64(to, eights[from]!, LITTLE_ENDIAN);
    }
    return end;
  }

  #putBytes(piece: number, buffer: Buffer, at: number): number {
    const start = this.#places[2 * piece]! * STEP;
    const length = this.#places[2 * piece + 1]!;
    if (at + length > buffer.length) return at + length;
    for (let i = 0; i < length; i++) buffer[at + i] = this.#bytes[start + i]!;
    return at + length;
  }
}
