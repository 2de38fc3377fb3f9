/**
 * Fetch v10, the first that takes zstd, spoken by hand: the only way to see how batches are stored, because every client unpacks them. Clients
 * are known to stop compressing without a word when they think that a broker cannot take it.
 */
import { once } from 'node:events';
import { connect } from 'node:net';

const NAMES = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

/** The names of the compressions of all batches of a topic's partitions, joined by a comma. */
export async function batchCompressions(
  brokers: string,
  topic: string,
  partitionCount: number,
): Promise<string> {
  const found = new Set<string>();
  for (let partition = 0; partition < partitionCount; partition += 1) {
    for (const id of batchCodecs(await fetchRecords(brokers, topic, partition))) {
      found.add(NAMES[id] ?? `unknown ${id}`);
    }
  }
  return [...found].join(',');
}

/** The codec is in the lowest three bits of a batch's attributes, 21 bytes in; 12 bytes are before its length. */
function* batchCodecs(records: Buffer): Generator<number> {
  for (let at = 0; at + 61 <= records.length; at += 12 + records.readInt32BE(at + 8)) {
    yield records.readInt16BE(at + 21) & 7;
  }
}

async function fetchRecords(brokers: string, topic: string, partition: number): Promise<Buffer> {
  const [host, port] = brokers.split(',')[0]!.split(':');
  const socket = connect({ host: host!, port: Number(port) });
  try {
    socket.write(fetchRequest(topic, partition));
    const chunks: Buffer[] = [];
    let frame = Buffer.alloc(0);
    while (frame.length < 4 || frame.length < 4 + frame.readInt32BE(0)) {
      const [chunk] = await once(socket, 'data');
      chunks.push(chunk);
      frame = Buffer.concat(chunks);
    }
    return responseRecords(frame);
  } finally {
    socket.destroy();
  }
}

function fetchRequest(topic: string, partition: number): Buffer {
  const body = Buffer.alloc(256);
  let at = 4;
  const int16 = (n: number): void => {
    at = body.writeInt16BE(n, at);
  };
  const int32 = (n: number): void => {
    at = body.writeInt32BE(n, at);
  };
  const int64 = (n: bigint): void => {
    at = body.writeBigInt64BE(n, at);
  };
  const string = (text: string): void => {
    int16(text.length);
    at += body.write(text, at, 'latin1');
  };
  int16(1); // Fetch
  int16(10); // version
  int32(7); // correlation id
  string('raw');
  int32(-1); // no replica
  int32(100); // wait, ms
  int32(1); // bytes at least
  int32(4 << 20); // bytes at most
  at = body.writeInt8(0, at); // read uncommitted
  int32(0); // no session
  int32(-1);
  int32(1); // topics
  string(topic);
  int32(1); // partitions
  int32(partition);
  int32(-1); // no leader epoch
  int64(0n); // from offset
  int64(-1n); // no replica, so no log start
  int32(4 << 20); // bytes at most
  int32(0); // nothing forgotten
  body.writeInt32BE(at - 4, 0);
  return body.subarray(0, at);
}

function responseRecords(frame: Buffer): Buffer {
  // Length, correlation id, throttle time, error, session, number of topics; the topic's name starts there.
  const name = 4 + 4 + 4 + 2 + 4 + 4;
  // Behind it: number of partitions, the partition's number, then its error.
  const at = name + 2 + frame.readInt16BE(name) + 8;
  const error = frame.readInt16BE(at);
  if (error !== 0) throw new Error(`Fetch answered with error ${error}`);
  // High watermark, last stable offset, log start; then the aborted transactions, of 16 bytes each, or −1.
  const transactions = at + 2 + 24;
  const records = transactions + 4 + Math.max(0, frame.readInt32BE(transactions)) * 16;
  return frame.subarray(records + 4, records + 4 + Math.max(0, frame.readInt32BE(records)));
}
