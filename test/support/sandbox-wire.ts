/** A client that speaks raw frames, and batches made by hand: for what no library would ever send. */
import { connect, type Socket } from 'node:net';
import { AT, CRC_START, HEADER_BYTES, LENGTH_START } from '../../src/protocol/batch-header.js';
import { crc32c } from '../../src/protocol/crc32c.js';
import { FrameSplitter } from '../../src/protocol/frames.js';
import { API_KEYS, type ApiName } from '../../src/protocol/keys.js';
import { Reader } from '../../src/protocol/reader.js';
import { Writer } from '../../src/protocol/writer.js';

export interface BatchWish {
  readonly count?: number;
  /** The size of all, header included. */
  readonly bytes?: number;
  readonly maxTimestamp?: number;
  readonly attributes?: number;
  readonly producerId?: number;
  readonly epoch?: number;
  readonly sequence?: number;
  readonly fill?: string;
}

/** A batch whose header is right; the records in it are only filling, which a broker does not look at. */
export function makeBatch(wish: BatchWish = {}): Buffer {
  const { count = 1, bytes = 100, attributes = 0, producerId = -1, epoch = -1, sequence = -1 } = wish;
  const batch = Buffer.alloc(Math.max(bytes, HEADER_BYTES), wish.fill ?? 'x');
  batch.fill(0, 0, HEADER_BYTES);
  batch.writeInt32BE(batch.length - LENGTH_START, AT.length);
  batch[AT.magic] = 2;
  batch.writeInt16BE(attributes, AT.attributes);
  batch.writeInt32BE(count - 1, AT.lastOffsetDelta);
  batch.writeBigInt64BE(BigInt(wish.maxTimestamp ?? 1000), AT.maxTimestamp);
  batch.writeBigInt64BE(BigInt(producerId), AT.producerId);
  batch.writeInt16BE(epoch, AT.producerEpoch);
  batch.writeInt32BE(sequence, AT.baseSequence);
  batch.writeInt32BE(count, AT.count);
  return seal(batch);
}

/** Writes the checksum anew. */
export function seal(batch: Buffer): Buffer {
  batch.writeUInt32BE(crc32c(batch.subarray(CRC_START)), AT.crc);
  return batch;
}

export function request(
  api: ApiName | number,
  version: number,
  write: (writer: Writer) => void,
  header: { correlationId?: number; clientId?: string } = {},
): Buffer {
  const writer = new Writer();
  const at = writer.reserve(4);
  writer.int16(typeof api === 'number' ? api : API_KEYS[api]).int16(version);
  writer.int32(header.correlationId ?? 1).nullableString(header.clientId ?? 'wire');
  write(writer);
  return writer.patchLength(at).finish();
}

/** Answers come in the order of the requests; each is given as a Reader behind the correlation id. */
export class WireClient {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  /** Answers that nobody waited for. */
  unasked = 0;
  #lastId = 0;
  readonly #waiting: { id: number; resolve: (reader: Reader) => void; reject: (error: Error) => void }[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    const splitter = new FrameSplitter(100_000_000);
    socket.on('data', (chunk: Buffer) => splitter.push(chunk, (frame) => this.#hear(frame)));
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        for (const { reject } of this.#waiting.splice(0)) reject(new Error('the connection was closed'));
        resolve();
      });
    });
  }

  static connect(address: string): Promise<WireClient> {
    const [host, port] = address.split(':');
    return new Promise((resolve, reject) => {
      const socket = connect({ host: host!, port: Number(port) });
      socket.once('error', reject);
      socket.once('connect', () => resolve(new WireClient(socket)));
    });
  }

  call(api: ApiName, version: number, write: (writer: Writer) => void, clientId = 'wire'): Promise<Reader> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id, resolve, reject });
      this.socket.write(request(api, version, write, { correlationId: id, clientId }));
    });
  }

  /** Sends without expecting an answer. */
  tell(api: ApiName, version: number, write: (writer: Writer) => void): void {
    this.socket.write(request(api, version, write));
  }

  close(): void {
    this.socket.destroy();
  }

  #hear(frame: Buffer): void {
    const reader = new Reader(frame);
    const id = reader.int32();
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.unasked++;
    else if (waiting.id === id) waiting.resolve(reader);
    else waiting.reject(new Error(`expected the answer to ${waiting.id}, got that to ${id}`));
  }

  // -------------------------------------------------------------- requests that tests make often

  async createTopic(topic: string, partitions: number): Promise<number> {
    const reader = await this.call('CreateTopics', 2, (writer) => {
      writer.array([topic], (name) => {
        writer.string(name).int32(partitions).int16(1).int32(0).int32(0);
      });
      writer.int32(1000).boolean(false);
    });
    reader.int32();
    return reader.array(() => [reader.string(), reader.int16(), reader.nullableString()] as const)[0]![1];
  }

  async produce(topic: string, partition: number, batch: Uint8Array | null, acks = -1): Promise<Produced> {
    const reader = await this.call('Produce', 8, writeProduce(topic, partition, batch, acks));
    return readProduced(reader);
  }

  async fetch(topic: string, partition: number, offset: number, wish: FetchWish = {}): Promise<Fetched> {
    const { maxWaitMs = 0, minBytes = 1, maxBytes = 1_000_000, version = 11 } = wish;
    const reader = await this.call('Fetch', version, (writer) => {
      writer.int32(-1).int32(maxWaitMs).int32(minBytes).int32(maxBytes).int8(0);
      if (version >= 7) writer.int32(wish.sessionId ?? 0).int32(-1);
      writer.array([topic], (name) => {
        writer.string(name).array([partition], (index) => {
          writer.int32(index);
          if (version >= 9) writer.int32(wish.leaderEpoch ?? -1);
          writer.int64(offset);
          if (version >= 5) writer.int64(-1);
          writer.int32(maxBytes);
        });
      });
      if (version >= 7) writer.int32(0);
      if (version >= 11) writer.string('');
    });
    return readFetched(reader, version);
  }
}

export interface FetchWish {
  readonly maxWaitMs?: number;
  readonly minBytes?: number;
  readonly maxBytes?: number;
  readonly version?: number;
  readonly sessionId?: number;
  readonly leaderEpoch?: number;
}

export interface Fetched {
  /** Of the whole answer. */
  readonly topCode: number;
  readonly throttleMs: number;
  readonly code: number;
  readonly highWatermark: number;
  readonly startOffset: number;
  readonly records: Buffer;
}

function readFetched(reader: Reader, version: number): Fetched {
  const throttleMs = reader.int32();
  const topCode = version >= 7 ? reader.int16() : 0;
  if (version >= 7) reader.int32();
  const [partition] = reader
    .array(() => {
      reader.string();
      return reader.array(() => {
        reader.int32();
        const code = reader.int16();
        const highWatermark = reader.int64Number();
        reader.int64();
        const startOffset = version >= 5 ? reader.int64Number() : -1;
        reader.array(() => reader.raw(16));
        if (version >= 11) reader.int32();
        return { code, highWatermark, startOffset, records: reader.bytes() };
      })[0]!;
    })
    .flat();
  const nothing = { code: -2, highWatermark: -2, startOffset: -2, records: Buffer.alloc(0) };
  return { topCode, throttleMs, ...(partition ?? nothing) };
}

export interface Produced {
  readonly code: number;
  readonly offset: number;
  readonly startOffset: number;
  readonly message: string | null;
  readonly throttleMs: number;
}

export function writeProduce(
  topic: string,
  partition: number,
  batch: Uint8Array | null,
  acks = -1,
): (writer: Writer) => void {
  return (writer) => {
    writer.nullableString(null).int16(acks).int32(1000);
    writer.array([topic], (name) => {
      writer.string(name).array([partition], (index) => {
        writer.int32(index).nullableBytes(batch);
      });
    });
  };
}

/** For Produce 8. */
export function readProduced(reader: Reader): Produced {
  const [first] = reader.array(() => {
    reader.string();
    return reader.array(() => {
      reader.int32();
      const code = reader.int16();
      const offset = reader.int64Number();
      reader.int64();
      const startOffset = reader.int64Number();
      reader.array(() => [reader.int32(), reader.nullableString()]);
      return { code, offset, startOffset, message: reader.nullableString() };
    })[0]!;
  });
  return { ...first!, throttleMs: reader.int32() };
}
