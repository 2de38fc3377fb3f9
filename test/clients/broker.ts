/**
 * The broker that the clients are tried on: the sandbox, unless EVENTMILL_TEST_BROKERS names a real Kafka, or is
 * `kafka` for one started here. The same tests against a real Kafka show that the tests themselves are right.
 */
import { Kafka, logLevel } from 'kafkajs';
import { startKafka } from '../support/kafka.js';
import type { TextRecord } from './client.js';
import { batchCompressions } from './raw-fetch.js';

/** A broker with what the tests ask it through a reference client, so that no client is its own witness. */
export interface Broker {
  /** host:port. */
  readonly brokers: string;
  createTopic(topic: string, partitions: number): Promise<void>;
  removeTopics(topics: readonly string[]): Promise<void>;
  /** 0 for a topic that is not there. */
  partitionCount(topic: string): Promise<number>;
  /** The sum of all partitions' next offsets. */
  recordCount(topic: string): Promise<number>;
  /** Reads `count` uncompressed or gzipped records from the beginning. */
  readAll(topic: string, count: number): Promise<TextRecord[]>;
  /** The compression of all stored batches; several are joined by a comma. */
  compressionOf(topic: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startBroker(): Promise<Broker> {
  const { brokers, stop } = await started();
  const kafka = new Kafka({ brokers: brokers.split(','), clientId: 'reference', logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const partitionCount = async (topic: string): Promise<number> => {
    if (!(await admin.listTopics()).includes(topic)) return 0;
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]?.partitions.length ?? 0;
  };
  return {
    brokers,
    partitionCount,
    async createTopic(topic, numPartitions) {
      await admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: true });
    },
    async removeTopics(topics) {
      if (topics.length > 0) await admin.deleteTopics({ topics: [...topics] });
    },
    async recordCount(topic) {
      const offsets = await admin.fetchTopicOffsets(topic);
      return offsets.reduce((sum, { offset }) => sum + Number(offset), 0);
    },
    readAll: (topic, count) => readAll(kafka, topic, count),
    async compressionOf(topic) {
      return batchCompressions(brokers, topic, await partitionCount(topic));
    },
    async stop() {
      await admin.disconnect();
      await stop();
    },
  };
}

async function started(): Promise<{ brokers: string; stop: () => Promise<void> }> {
  const given = process.env['EVENTMILL_TEST_BROKERS'];
  if (given === 'kafka') return startKafka();
  if (given !== undefined && given !== '') return { brokers: given, stop: async () => {} };
  const { startSandbox } = await import('../../src/sandbox/index.js');
  const sandbox = await startSandbox({ port: 0 });
  return { brokers: sandbox.address, stop: () => sandbox.close() };
}

async function readAll(kafka: Kafka, topic: string, count: number): Promise<TextRecord[]> {
  const consumer = kafka.consumer({ groupId: `reader-of-${topic}`, maxWaitTimeInMs: 200 });
  const records: TextRecord[] = [];
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`read ${records.length} of ${count}`)), 15_000);
      // A coordinator that is still loading crashes kafkajs's consumer, which then starts anew by itself.
      consumer.on('consumer.crash', ({ payload }) => {
        if (!payload.restart) reject(payload.error);
      });
      const eachMessage = async ({ message }: { message: KafkaMessage }): Promise<void> => {
        records.push(textRecord(message));
        if (records.length < count) return;
        clearTimeout(timer);
        resolve();
      };
      consumer.run({ eachMessage }).catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return records;
}

/** The part of kafkajs's message that counts here. */
export interface KafkaMessage {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: { readonly [name: string]: Buffer | string | (Buffer | string)[] | undefined };
}

export function textRecord({ key, value, headers }: KafkaMessage): TextRecord {
  const text = Object.entries(headers ?? {}).map(([name, header]) => [name, String(header)]);
  return {
    key: key?.toString() ?? null,
    value: value?.toString() ?? null,
    headers: Object.fromEntries(text),
  };
}
