/** Kafka's own tools, from Java: the console producer and consumer, the topic tool and GetOffsetShell. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { javaAndMaven, kafkaToolOutput, runKafkaTool } from '../support/kafka.js';
import { needs } from '../support/tiers.js';
import { startBroker } from './broker.js';
import { type Client, COMPRESSIONS, clientSuite, type TextRecord } from './client.js';

await needs([javaAndMaven], () => {
  clientSuite({
    name: 'the Java tools',
    compressions: COMPRESSIONS,
    administers: true,
    nullValues: true,
    headersEach: true,
    connect,
  });

  const acks = ['0', '1', 'all'];
  const cases = COMPRESSIONS.flatMap((compression, i) => [{ compression, acks: acks[i % 3]! }]);
  test.for(cases)('ProducerPerformance packs with $compression at acks $acks', async (wanted) => {
    const broker = await startBroker();
    const topic = freshName();
    try {
      await broker.createTopic(topic, 3);
      const props = [`bootstrap.servers=${broker.brokers}`, `acks=${wanted.acks}`, 'linger.ms=5'];
      const size = ['--num-records', '20000', '--record-size', '200', '--throughput', '-1'];
      const compression = `compression.type=${wanted.compression}`;
      const args = ['--topic', topic, ...size, '--producer-props', ...props, compression];
      const said = await kafkaToolOutput('ProducerPerformance', args);
      expect(said).toMatch(/20000 records sent/);
      await expect.poll(() => broker.recordCount(topic), { timeout: 5_000 }).toBe(20_000);
      expect(await broker.compressionOf(topic)).toBe(wanted.compression);
    } finally {
      await broker.removeTopics([topic]);
      await broker.stop();
    }
  });

  test('the topic tool creates, lists, describes and deletes, and refuses what is there already', async () => {
    const broker = await startBroker();
    const tool = (...args: string[]) =>
      runKafkaTool('TopicCommand', ['--bootstrap-server', broker.brokers, ...args]);
    const topic = freshName();
    try {
      expect((await tool('--create', '--topic', topic, '--partitions', '4')).stdout).toMatch(/Created/);
      const again = await tool('--create', '--topic', topic, '--partitions', '4');
      expect(again.code).not.toBe(0);
      expect(again.stdout + again.stderr).toMatch(/exists/);
      expect((await tool('--list')).stdout.split('\n')).toContain(topic);
      expect((await tool('--describe', '--topic', topic)).stdout).toMatch(/PartitionCount: 4/);
      expect((await tool('--delete', '--topic', topic)).code).toBe(0);
      expect((await tool('--list')).stdout.split('\n')).not.toContain(topic);
    } finally {
      await broker.stop();
    }
  });

  test('GetOffsetShell tells first and last offsets', async () => {
    const broker = await startBroker();
    const topic = freshName();
    try {
      await broker.createTopic(topic, 2);
      await connect(broker.brokers).produce(topic, [{ key: 'a', value: '1', headers: {} }], {
        compression: 'none',
        acks: 'all',
        idempotent: true,
      });
      const shell = (time: string) =>
        kafkaToolOutput('GetOffsetShell', [
          '--bootstrap-server',
          broker.brokers,
          '--topic',
          topic,
          '--time',
          time,
        ]);
      expect(offsets(await shell('earliest'))).toEqual([0, 0]);
      expect(offsets(await shell('latest')).sort()).toEqual([0, 1]);
    } finally {
      await broker.removeTopics([topic]);
      await broker.stop();
    }
  });
});

function freshName(): string {
  return `java-${randomUUID().slice(0, 8)}`;
}

/** Lines of `topic:partition:offset`. */
function offsets(text: string): number[] {
  return text
    .trim()
    .split('\n')
    .map((line) => Number(line.split(':')[2]));
}

const NULL = '<null>';

function connect(brokers: string): Client {
  const server = ['--bootstrap-server', brokers];
  return {
    async create(topic, partitions) {
      const args = ['--create', '--topic', topic, '--partitions', String(partitions)];
      await kafkaToolOutput('TopicCommand', [...server, ...args]);
    },
    async remove(topic) {
      await kafkaToolOutput('TopicCommand', [...server, '--delete', '--topic', topic]);
    },
    async partitions(topic) {
      const text = await kafkaToolOutput('TopicCommand', [...server, '--describe', '--topic', topic]);
      return { [topic]: Number(/PartitionCount: (\d+)/.exec(text)?.[1]) };
    },
    async ends(topic) {
      return offsets(await kafkaToolOutput('GetOffsetShell', [...server, '--topic', topic]));
    },
    async produce(topic, records, { compression, acks, idempotent }) {
      // One line a record: headers, key and value, with tabs between them and commas between headers.
      const properties = ['parse.key=true', 'parse.headers=true', `null.marker=${NULL}`].flatMap(
        (property) => ['--property', property],
      );
      const settings = [`acks=${acks}`, `enable.idempotence=${idempotent}`].flatMap((setting) => [
        '--producer-property',
        setting,
      ]);
      const codec = ['--compression-codec', compression];
      const args = [...server, '--topic', topic, ...properties, ...settings, ...codec];
      const result = await runKafkaTool('ConsoleProducer', args, { stdin: records.map(line).join('') });
      if (result.code !== 0 || result.stderr !== '') throw new Error(result.stderr);
    },
    async consume(topic, group, count) {
      const properties = ['print.key=true', 'print.headers=true', `null.literal=${NULL}`].flatMap(
        (property) => ['--property', property],
      );
      const limits = ['--max-messages', String(count), '--timeout-ms', '15000'];
      const args = [
        ...server,
        '--topic',
        topic,
        '--group',
        group,
        '--from-beginning',
        ...limits,
        ...properties,
      ];
      const text = await kafkaToolOutput('ConsoleConsumer', args);
      return text.split('\n').slice(0, -1).map(parsed);
    },
  };
}

function line({ key, value, headers }: TextRecord): string {
  const pairs = Object.entries(headers).map(([name, text]) => `${name}:${text}`);
  return `${pairs.length === 0 ? NULL : pairs.join(',')}\t${key ?? NULL}\t${value ?? NULL}\n`;
}

function parsed(text: string): TextRecord {
  const [headers = '', key = '', value = ''] = text.split('\t');
  const pairs = headers === 'NO_HEADERS' ? [] : headers.split(',').map((pair) => pair.split(':'));
  return {
    key: key === NULL ? null : key,
    value: value === NULL ? null : value,
    headers: Object.fromEntries(pairs),
  };
}
