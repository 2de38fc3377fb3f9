/** kafkajs, the client that most Node services use. It packs with gzip alone, unless codecs are brought along. */
import { CompressionTypes, Kafka, logLevel, Partitioners } from 'kafkajs';
import { type KafkaMessage, textRecord } from './broker.js';
import { type Client, clientSuite, type ProduceSettings, type TextRecord } from './client.js';

clientSuite({
  name: 'kafkajs',
  compressions: ['none', 'gzip'],
  administers: true,
  nullValues: true,
  headersEach: true,
  connect,
});

function connect(brokers: string): Client {
  const kafka = new Kafka({ brokers: [brokers], clientId: 'matrix', logLevel: logLevel.NOTHING });
  const withAdmin = async <T>(use: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> => {
    const admin = kafka.admin();
    await admin.connect();
    return use(admin).finally(() => admin.disconnect());
  };
  return {
    create: (topic, numPartitions) =>
      withAdmin(async (admin) => {
        await admin.createTopics({ topics: [{ topic, numPartitions }] });
      }),
    remove: (topic) => withAdmin((admin) => admin.deleteTopics({ topics: [topic] })),
    partitions: () =>
      withAdmin(async (admin) => {
        const { topics } = await admin.fetchTopicMetadata();
        return Object.fromEntries(topics.map(({ name, partitions }) => [name, partitions.length]));
      }),
    ends: (topic) =>
      withAdmin(async (admin) => (await admin.fetchTopicOffsets(topic)).map(({ high }) => Number(high))),
    produce: (topic, records, settings) => produce(kafka, topic, records, settings),
    consume: (topic, group, count) => consume(kafka, topic, group, count),
  };
}

async function produce(
  kafka: Kafka,
  topic: string,
  records: readonly TextRecord[],
  settings: ProduceSettings,
): Promise<void> {
  const producer = kafka.producer({
    idempotent: settings.idempotent,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  await producer.send({
    topic,
    acks: settings.acks === 'all' ? -1 : settings.acks,
    compression: settings.compression === 'gzip' ? CompressionTypes.GZIP : CompressionTypes.None,
    messages: records.map(({ key, value, headers }) => ({ key, value, headers: { ...headers } })),
  });
  await producer.disconnect();
}

async function consume(kafka: Kafka, topic: string, group: string, count: number): Promise<TextRecord[]> {
  const consumer = kafka.consumer({ groupId: group, maxWaitTimeInMs: 200 });
  const read: TextRecord[] = [];
  const next = new Map<number, number>();
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, 10_000);
    const eachMessage = async (got: { partition: number; message: KafkaMessage & { offset: string } }) => {
      if (read.length === count) return;
      read.push(textRecord(got.message));
      next.set(got.partition, Number(got.message.offset) + 1);
      if (read.length < count) return;
      clearTimeout(timer);
      resolve();
    };
    consumer.run({ autoCommit: false, eachMessage }).catch(reject);
  });
  const offsets = [...next].map(([partition, offset]) => ({ topic, partition, offset: String(offset) }));
  await consumer.commitOffsets(offsets);
  await consumer.disconnect();
  return read;
}
