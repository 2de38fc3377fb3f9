/**
 * The requests that the client side sends, and their answers. One version of each, none flexible, chosen so that
 * every broker from 2.1 to 4.x serves it: ApiVersions 0, Metadata 4, InitProducerId 1, Produce 7, ListOffsets 1, Fetch 10
 * (the first that may bring zstd), SaslHandshake 1, SaslAuthenticate 1 (the first that tells how long a session lasts).
 */
import { API_KEYS } from './keys.js';
import { ProtocolError, Reader } from './reader.js';
import { Writer } from './writer.js';

export interface RequestKind {
  readonly key: number;
  readonly version: number;
}

export const API_VERSIONS: RequestKind = { key: API_KEYS.ApiVersions, version: 0 };
export const METADATA: RequestKind = { key: API_KEYS.Metadata, version: 4 };
export const INIT_PRODUCER_ID: RequestKind = { key: API_KEYS.InitProducerId, version: 1 };
export const PRODUCE: RequestKind = { key: API_KEYS.Produce, version: 7 };
export const LIST_OFFSETS: RequestKind = { key: API_KEYS.ListOffsets, version: 1 };
export const FETCH: RequestKind = { key: API_KEYS.Fetch, version: 10 };
export const SASL_HANDSHAKE: RequestKind = { key: API_KEYS.SaslHandshake, version: 1 };
export const SASL_AUTHENTICATE: RequestKind = { key: API_KEYS.SaslAuthenticate, version: 1 };

/** A request header (version 1) with room for the frame's length before it; `lengthAt` 0. */
export function beginRequest(kind: RequestKind, correlationId: number, clientId: string): Writer {
  return new Writer(256)
    .int32(0)
    .int16(kind.key)
    .int16(kind.version)
    .int32(correlationId)
    .nullableString(clientId);
}

// ---------------------------------------------------------------- ApiVersions

export interface ApiRange {
  readonly key: number;
  readonly min: number;
  readonly max: number;
}

export function readApiVersions(body: Buffer): { error: number; apis: ApiRange[] } {
  const from = new Reader(body);
  const error = from.int16();
  const apis = from.array(() => ({ key: from.int16(), min: from.int16(), max: from.int16() }));
  return { error, apis };
}

// ---------------------------------------------------------------- SASL

export function readSaslHandshake(body: Buffer): { error: number; mechanisms: string[] } {
  const from = new Reader(body);
  return { error: from.int16(), mechanisms: from.array(() => from.string()) };
}

export interface SaslAnswer {
  readonly error: number;
  readonly message: string | null;
  readonly bytes: Buffer;
  /** 0: the session has no end. */
  readonly sessionMs: number;
}

export function readSaslAuthenticate(body: Buffer): SaslAnswer {
  const from = new Reader(body);
  return {
    error: from.int16(),
    message: from.nullableString(),
    bytes: from.bytes(),
    sessionMs: from.int64Number(),
  };
}

// ---------------------------------------------------------------- Metadata

export interface BrokerAddress {
  readonly id: number;
  readonly host: string;
  readonly port: number;
}

export interface PartitionMetadata {
  readonly error: number;
  readonly partition: number;
  readonly leader: number;
}

export interface TopicMetadata {
  readonly error: number;
  readonly name: string;
  readonly partitions: readonly PartitionMetadata[];
}

/** Never asks the broker to create what is missing: that is for topic administration, which says so. */
export function writeMetadata(to: Writer, topics: readonly string[], autoCreate = false): void {
  to.array(topics, (name) => to.string(name)).boolean(autoCreate);
}

export function readMetadata(body: Buffer): { brokers: BrokerAddress[]; topics: TopicMetadata[] } {
  const from = new Reader(body);
  from.int32(); // throttle time
  const brokers = from.array(() => {
    const broker = { id: from.int32(), host: from.string(), port: from.int32() };
    from.nullableString(); // rack
    if (!/^[^\s\p{Cc}]{1,255}$/u.test(broker.host) || broker.port < 1 || broker.port > 65_535) {
      throw new ProtocolError(`broker ${broker.id} is told to be at no address that there can be`);
    }
    return broker;
  });
  from.nullableString(); // cluster id
  from.int32(); // controller
  const topics = from.array(() => {
    const error = from.int16();
    const name = from.string();
    from.boolean(); // internal
    const partitions = from.array(() => {
      const partition = { error: from.int16(), partition: from.int32(), leader: from.int32() };
      from.array(() => from.int32()); // replicas
      from.array(() => from.int32()); // in sync
      return partition;
    });
    return { error, name, partitions };
  });
  return { brokers, topics };
}

// ---------------------------------------------------------------- InitProducerId

export function writeInitProducerId(to: Writer): void {
  // No transactional id, and so a time-out that no broker reads.
  to.nullableString(null).int32(60_000);
}

export function readInitProducerId(body: Buffer): { error: number; producerId: number } {
  const from = new Reader(body);
  from.int32(); // throttle time
  return { error: from.int16(), producerId: from.int64Number() };
}

// ---------------------------------------------------------------- Produce

/** One partition's batch in a Produce request; `pieces` hands over its bytes. */
export interface ProduceItem {
  readonly partition: number;
  readonly bytes: number;
  readonly pieces: (take: (piece: Buffer) => void) => void;
}

/**
 * The whole frame as a list of buffers, so that the batches' bytes are not copied. `timeoutMs` is how long the broker
 * may wait for its replicas.
 */
export function produceFrame(
  header: Writer,
  acks: number,
  timeoutMs: number,
  topics: ReadonlyMap<string, readonly ProduceItem[]>,
): Buffer[] {
  const frame: Buffer[] = [];
  let bytes = 0;
  const take = (piece: Buffer) => {
    frame.push(piece);
    bytes += piece.length;
  };
  let to = header.nullableString(null).int16(acks).int32(timeoutMs).int32(topics.size);
  for (const [topic, items] of topics) {
    to.string(topic).int32(items.length);
    for (const item of items) {
      to.int32(item.partition).int32(item.bytes);
      take(to.finish());
      item.pieces(take);
      to = new Writer(64);
    }
  }
  frame[0]!.writeInt32BE(bytes - 4, 0);
  return frame;
}

/** Calls `visit` for each partition; returns the throttle time, ms. */
export function readProduce(
  body: Buffer,
  visit: (topic: string, partition: number, error: number, baseOffset: number) => void,
): number {
  const from = new Reader(body);
  from.array(() => {
    const topic = from.string();
    from.array(() => {
      const partition = from.int32();
      const error = from.int16();
      const offset = from.int64Number();
      from.int64(); // log append time
      from.int64(); // log start offset
      visit(topic, partition, error, offset);
    });
  });
  return from.int32();
}

// ---------------------------------------------------------------- ListOffsets and Fetch

export const EARLIEST = -2;
export const LATEST = -1;

export function writeListOffsets(
  to: Writer,
  topic: string,
  partitions: readonly number[],
  time: number,
): void {
  to.int32(-1).int32(1).string(topic);
  to.array(partitions, (partition) => to.int32(partition).int64(time));
}

export function readListOffsets(body: Buffer): { partition: number; error: number; offset: number }[] {
  const from = new Reader(body);
  return from
    .array(() => {
      from.string();
      return from.array(() => {
        const partition = from.int32();
        const error = from.int16();
        from.int64(); // timestamp
        return { partition, error, offset: from.int64Number() };
      });
    })
    .flat();
}

export interface FetchPosition {
  readonly partition: number;
  readonly offset: number;
}

/** Waits at the broker up to `maxWaitMs` for the first byte. */
export function writeFetch(
  to: Writer,
  topic: string,
  positions: readonly FetchPosition[],
  limits: { maxWaitMs: number; maxBytes: number; partitionMaxBytes: number },
): void {
  to.int32(-1).int32(limits.maxWaitMs).int32(1).int32(limits.maxBytes).int8(0);
  // No fetch session: session 0, epoch −1.
  to.int32(0).int32(-1).int32(1).string(topic);
  to.array(positions, ({ partition, offset }) =>
    // No leader epoch, and no log start, which only replicas tell.
    to.int32(partition).int32(-1).int64(offset).int64(-1).int32(limits.partitionMaxBytes),
  );
  to.int32(0);
}

export interface FetchedPartition {
  readonly partition: number;
  readonly error: number;
  readonly highWatermark: number;
  readonly records: Buffer | null;
}

/** The throttle time of an answer that begins with it, as Fetch's does, ms. */
export function readThrottle(body: Buffer): number {
  return new Reader(body).int32();
}

export function readFetch(body: Buffer): FetchedPartition[] {
  const from = new Reader(body);
  from.int32(); // throttle time
  from.int16(); // an error of the session, of which there is none
  from.int32(); // session
  return from
    .array(() => {
      from.string();
      return from.array(() => {
        const partition = from.int32();
        const error = from.int16();
        const highWatermark = from.int64Number();
        from.int64(); // last stable offset
        from.int64(); // log start offset
        from.array(() => from.int64() && from.int64()); // aborted transactions
        return { partition, error, highWatermark, records: from.nullableBytes() };
      });
    })
    .flat();
}
