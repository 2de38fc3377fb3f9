/** kafkajs as fast as it goes: 500 records a send is where it is fastest, since larger sends cost it more than they save. */
import kafkajs from 'kafkajs';
import { lines, order, sendAll } from './order.js';

const { CompressionCodecs, Kafka, logLevel, Partitioners } = kafkajs;

const RECORDS_A_SEND = 500;
const CODEC_IDS: { readonly [name: string]: number } = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 };

/** It comes with gzip alone, at zlib's own level 6; the others are ours, which spares it slower packages. */
async function addCodec(name: string, level: number): Promise<void> {
  if (name === 'none' || name === 'gzip') return;
  const { default: part } = await import(`../../../../src/codecs/${name}.js`);
  const codec = await part.load();
  (CompressionCodecs as { [id: number]: unknown })[codec.id] = () => ({
    compress: (encoder: { buffer: Buffer }) => codec.compress(encoder.buffer, level || undefined),
    decompress: (packed: Buffer) => codec.decompress(packed, 1 << 26),
  });
}

await addCodec(order.compression, order.level);
const kafka = new Kafka({ clientId: 'bench', brokers: [order.broker], logLevel: logLevel.NOTHING });
const producer = kafka.producer({
  createPartitioner: Partitioners.DefaultPartitioner,
  idempotent: order.idempotent,
  maxInFlightRequests: 5,
});
await producer.connect();
const values = lines(order.values);
const keys = lines(order.keys);
// An idempotent producer of kafkajs loses records when several sends are under way.
await sendAll(RECORDS_A_SEND, order.idempotent ? 1 : 2, (from, to) => {
  const messages = [];
  for (let i = from; i < to; i++)
    messages.push({ key: keys[i % keys.length]!, value: values[i % values.length]! });
  const acks = order.acks === 'all' ? -1 : 1;
  return producer.send({ topic: order.topic, acks, compression: CODEC_IDS[order.compression]!, messages });
});
await producer.disconnect();
