/**
 * Lines out of chunks, as Java's BufferedReader.readLine gives them: `\n`, `\r` and `\r\n` end a line, and so does the
 * end of the input unless nothing stands before it. Bytes that are no UTF-8 become U+FFFD, as Java's decoder makes of them.
 */
import { isUtf8 } from 'node:buffer';
import { EventmillError } from '../errors.js';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
/** Java ends for want of memory at about this length; here it is said in words. */
const LINE_BYTES_MAX = 256 * 1024 * 1024;

export class LineSplitter {
  /** The line that `next` found: bytes `start` … `end` of `bytes`, valid until the next call. */
  bytes: Buffer = EMPTY;
  start = 0;
  end = 0;
  readonly #lineBytesMax: number;
  /** Whole lines, each with its end. */
  #ready: Buffer = EMPTY;
  #at = 0;
  #returns = false;
  /** The beginning of a line whose end has not come yet. */
  #begun: Buffer[] = [];
  #begunBytes = 0;
  /** The last line ended with `\r`: a `\n` right behind it belongs to it. */
  #skipNewline = false;

  constructor(lineBytesMax = LINE_BYTES_MAX) {
    this.#lineBytesMax = lineBytesMax;
  }

  /** Takes the next chunk; all lines of the one before must have been taken. Throws INPUT for a line without end. */
  push(chunk: Buffer): void {
    let from = 0;
    if (this.#skipNewline && chunk.length > 0) {
      if (chunk[0] === NEWLINE) from = 1;
      this.#skipNewline = false;
    }
    const hasReturn = chunk.indexOf(RETURN, from) >= 0;
    const last = Math.max(chunk.lastIndexOf(NEWLINE), hasReturn ? chunk.lastIndexOf(RETURN) : -1);
    if (last < from) {
      this.#begin(chunk.subarray(from));
      this.#ready = EMPTY;
      this.#at = 0;
      return;
    }
    this.#skipNewline = chunk[last] === RETURN && last === chunk.length - 1;
    const whole = chunk.subarray(from, last + 1);
    this.#makeReady(this.#begun.length === 0 ? whole : Buffer.concat([...this.#begun, whole]), hasReturn);
    this.#begun = [];
    this.#begunBytes = 0;
    if (last + 1 < chunk.length) this.#begin(chunk.subarray(last + 1));
  }

  /** No more chunks: what was begun is the last line. */
  finish(): void {
    const rest = this.#begun.length === 0 ? EMPTY : Buffer.concat([...this.#begun, END]);
    this.#begun = [];
    this.#makeReady(rest, false);
  }

  /** Moves to the next line; false when it needs another chunk. */
  next(): boolean {
    const { bytes } = this;
    const start = this.#at;
    if (start >= this.#ready.length) return false;
    let end = bytes.indexOf(NEWLINE, start);
    let after = end + 1;
    if (this.#returns) {
      const stop = end < 0 ? bytes.length : end;
      for (let at = start; at < stop; at++) {
        if (bytes[at] !== RETURN) continue;
        end = at;
        after = bytes[at + 1] === NEWLINE ? at + 2 : at + 1;
        break;
      }
    }
    this.start = start;
    this.end = end;
    this.#at = after;
    return true;
  }

  #makeReady(lines: Buffer, hasReturn: boolean): void {
    // Line ends are never part of a longer sequence, so whole lines can be mended on their own.
    const valid = isUtf8(lines) ? lines : mended(lines);
    this.#ready = valid;
    this.bytes = valid;
    this.#at = 0;
    this.#returns = hasReturn;
  }

  #begin(part: Buffer): void {
    if (part.length === 0) return;
    this.#begunBytes += part.length;
    if (this.#begunBytes > this.#lineBytesMax) {
      throw new EventmillError(
        'INPUT',
        `expected lines of at most ${this.#lineBytesMax} bytes, got one that is longer; Kafka takes records of about 1 MB`,
      );
    }
    // A copy: a small beginning must not hold its whole chunk, nor change if the chunk is used again.
    this.#begun.push(Buffer.from(part));
  }
}

/**
 * With U+FFFD for each sequence that is malformed. Java and the web agree on how long one is but for surrogates, ED A0 80
 * to ED BF BF: one sequence to Java, and one for each byte to everybody else.
 */
function mended(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  let to = 0;
  for (let at = 0; at < bytes.length; at++) {
    const isSurrogate = bytes[at] === SURROGATE_LEAD && (bytes[at + 1] ?? 0) >> 5 === 0b101;
    copy[to++] = isSurrogate ? MALFORMED : bytes[at]!;
    if (isSurrogate) at += (bytes[at + 2] ?? 0) >> 6 === 0b10 ? 2 : 1;
  }
  return Buffer.from(copy.toString('utf8', 0, to));
}

const SURROGATE_LEAD = 0xed;
/** Malformed once, whatever follows. */
const MALFORMED = 0xff;
const EMPTY = Buffer.alloc(0);
const END = Buffer.from([NEWLINE]);
