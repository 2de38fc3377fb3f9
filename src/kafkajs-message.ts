/** A batch as kafkajs wants it: one object a record, with its value in a buffer of its own. */
import type { Builder, Entry, Headers } from './types.js';

/** Kafka's record batch, version 2, without its records. */
const BATCH_OVERHEAD_BYTES = 61;

/** As much of kafkajs's message as is used here. */
export interface Message {
  readonly key: Buffer | null;
  /** null: a tombstone. */
  readonly value: Buffer | null;
  readonly timestamp: string;
  readonly partition?: number;
  readonly headers?: { [name: string]: Buffer };
}

export interface MessageLimits {
  /** A batch takes no record that would carry it beyond this many bytes, except its first. */
  readonly batchBytes: number;
  readonly batchRecords: number;
}

/** Where values are serialized before they are copied out; shared by all builders of a driver, and grown at need. */
export interface Scratch {
  buffer: Buffer;
}

export class MessageBuilder implements Builder {
  readonly messages: Message[] = [];
  bytes = BATCH_OVERHEAD_BYTES;
  readonly #partition: number;
  readonly #limits: MessageLimits;
  readonly #scratch: Scratch;
  #firstTimestamp = 0;

  /** With partition −1 kafkajs chooses one itself, for each record. */
  constructor(partition: number, limits: MessageLimits, scratch: Scratch) {
    this.#partition = partition;
    this.#limits = limits;
    this.#scratch = scratch;
  }

  get count(): number {
    return this.messages.length;
  }

  add(entry: Entry): number {
    const count = this.messages.length;
    if (count >= this.#limits.batchRecords) return -1;
    const value = entry.value === null ? null : serialize(entry, this.#scratch);
    const valueBytes = value === null ? -1 : value.length;
    const keyBytes = entry.key === null ? -1 : entry.keyLength;
    if (count === 0) this.#firstTimestamp = entry.timestamp;
    const body =
      1 +
      varintBytes(entry.timestamp - this.#firstTimestamp) +
      varintBytes(count) +
      varintBytes(keyBytes) +
      Math.max(0, keyBytes) +
      varintBytes(valueBytes) +
      Math.max(0, valueBytes);
    const headers = entry.headers === null ? undefined : copyHeaders(entry.headers);
    const { framed, payload } = headerBytes(headers);
    const recordBytes = varintBytes(body + framed) + body + framed;
    if (count > 0 && this.bytes + recordBytes > this.#limits.batchBytes) return -1;
    this.bytes += recordBytes;
    this.messages.push({
      key:
        entry.key === null
          ? null
          : Buffer.from(entry.key.subarray(entry.keyStart, entry.keyStart + keyBytes)),
      value,
      timestamp: String(entry.timestamp),
      // Without it kafkajs would choose anew on each retry, and so lose and duplicate records without a key.
      ...(this.#partition < 0 ? {} : { partition: this.#partition }),
      ...(headers === undefined ? {} : { headers }),
    });
    return Math.max(0, keyBytes) + Math.max(0, valueBytes) + payload;
  }

  close(): undefined {}

  split(): readonly [MessageBuilder, MessageBuilder] {
    const middle = Math.ceil(this.messages.length / 2);
    const halves = [this.messages.slice(0, middle), this.messages.slice(middle)].map((messages) => {
      const half = new MessageBuilder(this.#partition, this.#limits, this.#scratch);
      half.messages.push(...messages);
      half.bytes =
        BATCH_OVERHEAD_BYTES + (this.bytes - BATCH_OVERHEAD_BYTES) * (messages.length / this.count);
      return half;
    });
    this.release();
    return [halves[0]!, halves[1]!];
  }

  release(): void {
    this.messages.length = 0;
  }
}

function serialize(entry: Entry, scratch: Scratch): Buffer {
  for (;;) {
    const end = entry.serializer.write(entry.value, scratch.buffer, 0);
    if (end <= scratch.buffer.length) return Buffer.from(scratch.buffer.subarray(0, end));
    scratch.buffer = Buffer.allocUnsafe(Math.max(end, 2 * scratch.buffer.length));
  }
}

/** kafkajs throws at a header without a value, so such a one goes out empty. */
function copyHeaders(headers: Headers): { [name: string]: Buffer } {
  const copies: { [name: string]: Buffer } = {};
  for (const [name, value] of Object.entries(headers)) copies[name] = Buffer.from(value ?? '');
  return copies;
}

function headerBytes(headers: Message['headers']): { framed: number; payload: number } {
  if (headers === undefined) return { framed: 1, payload: 0 };
  const names = Object.keys(headers);
  let framed = varintBytes(names.length);
  let payload = 0;
  for (const name of names) {
    const nameBytes = Buffer.byteLength(name);
    const valueBytes = headers[name]!.length;
    framed += varintBytes(nameBytes) + nameBytes + varintBytes(valueBytes) + valueBytes;
    payload += nameBytes + valueBytes;
  }
  return { framed, payload };
}

/** The size of a zigzag varint: seven bits a byte, the sign in the lowest one. */
function varintBytes(value: number): number {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  let bytes = 1;
  while (rest > 127) {
    rest = Math.floor(rest / 128);
    bytes++;
  }
  return bytes;
}
