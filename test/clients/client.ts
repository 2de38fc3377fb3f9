/** What every client in the matrix is asked to do, and the suite that asks it: the same for all of them. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Broker, startBroker } from './broker.js';

/** A record as text, so that it passes through JSON and command lines. */
export interface TextRecord {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Readonly<{ [name: string]: string }>;
}

export interface ProduceSettings {
  readonly compression: string;
  readonly acks: 0 | 1 | 'all';
  readonly idempotent: boolean;
}

/** One client at work on one broker. Optional members are what not every client has. */
export interface Client {
  create?(topic: string, partitions: number): Promise<void>;
  remove?(topic: string): Promise<void>;
  /** How many partitions each topic has; topics that are not there are absent. */
  partitions(topic: string): Promise<{ readonly [topic: string]: number }>;
  produce(topic: string, records: readonly TextRecord[], settings: ProduceSettings): Promise<void>;
  /**
   * Joins the group, reads from its committed offsets or else from the beginning, commits exactly what it has read
   * and leaves. Ends after `count` records, or early when none come for a while.
   */
  consume(topic: string, group: string, count: number): Promise<readonly TextRecord[]>;
  /** The next offset of each partition. */
  ends(topic: string): Promise<readonly number[]>;
}

export interface ClientKind {
  readonly name: string;
  readonly compressions: readonly string[];
  /** Whether it creates and deletes topics. */
  readonly administers: boolean;
  /** Whether it can tell a null value from an empty one on the way in. */
  readonly nullValues: boolean;
  /** Whether it can give different headers to different records; else one set to all of a produce call. */
  readonly headersEach: boolean;
  connect(brokers: string): Client;
}

export const COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

const SAFE: ProduceSettings = { compression: 'none', acks: 'all', idempotent: false };
const PARTITIONS = 3;

/** Records that differ, with keys that repeat, in values long enough to be worth compressing. */
function records(count: number, headers: { [name: string]: string } = {}): TextRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    key: `key-${i % 17}`,
    value: `value-${i} ${'lorem ipsum '.repeat(i % 9)}`.trim(),
    headers,
  }));
}

/** One text per record, in an order that does not depend on how partitions were interleaved. */
function bag(list: readonly TextRecord[]): string[] {
  return list.map((r) => JSON.stringify([r.key, r.value, Object.entries(r.headers).sort()])).sort();
}

export function clientSuite(kind: ClientKind): void {
  describe(kind.name, () => {
    let broker: Broker;
    let client: Client;
    const made: string[] = [];

    beforeAll(async () => {
      broker = await startBroker();
      client = kind.connect(broker.brokers);
    });
    afterAll(async () => {
      await broker?.removeTopics(made);
      await broker?.stop();
    });

    /** A topic of its own for each test, made by the reference client unless the test is about making it. */
    async function freshTopic(partitions = PARTITIONS): Promise<string> {
      const topic = `clients-${randomUUID().slice(0, 8)}`;
      await broker.createTopic(topic, partitions);
      made.push(topic);
      return topic;
    }

    test('sees how many partitions a topic has', async () => {
      const topic = await freshTopic(5);
      expect(await client.partitions(topic)).toMatchObject({ [topic]: 5 });
    });

    const administered = kind.administers ? test : () => {};
    administered('creates a topic and deletes it', async () => {
      const topic = `clients-${randomUUID().slice(0, 8)}`;
      await client.create?.(topic, 4);
      expect(await broker.partitionCount(topic)).toBe(4);
      await client.remove?.(topic);
      await expect.poll(() => broker.partitionCount(topic), { timeout: 5_000 }).toBe(0);
    });

    test('writes keys, values, nulls and headers that another client reads unchanged', async () => {
      const topic = await freshTopic();
      const headers: { [name: string]: string } = { trace: 'a-1', empty: '' };
      const list: TextRecord[] = records(20, headers);
      list.push({ key: null, value: 'without a key', headers });
      list.push({ key: null, value: 'without a key either', headers });
      if (kind.nullValues) list.push({ key: 'gone', value: null, headers });
      if (kind.headersEach) list.push({ key: 'plain', value: 'no headers', headers: {} });
      await client.produce(topic, list, SAFE);
      expect(bag(await broker.readAll(topic, list.length))).toEqual(bag(list));
    });

    test.for(kind.compressions)('writes and reads batches packed with %s', async (compression) => {
      const topic = await freshTopic();
      const list = records(500);
      await client.produce(topic, list, { ...SAFE, compression });
      const read = await client.consume(topic, `group-${topic}`, list.length);
      expect(bag(read)).toEqual(bag(list));
      expect(await broker.compressionOf(topic)).toBe(compression);
    });

    test.for([0, 1, 'all'] as const)('writes with acks %s, and every record is there once', async (acks) => {
      const topic = await freshTopic();
      await client.produce(topic, records(200), { ...SAFE, acks });
      await expect.poll(() => broker.recordCount(topic), { timeout: 5_000 }).toBe(200);
      expect(sum(await client.ends(topic))).toBe(200);
    });

    test('writes as an idempotent producer, twice over', async () => {
      const topic = await freshTopic();
      await client.produce(topic, records(300), { ...SAFE, idempotent: true });
      await client.produce(topic, records(300), { ...SAFE, idempotent: true, compression: 'gzip' });
      expect(await broker.recordCount(topic)).toBe(600);
      expect(bag(await client.consume(topic, `group-${topic}`, 600))).toEqual(
        bag([...records(300), ...records(300)]),
      );
    });

    test('goes on in a group where the group had committed', async () => {
      const topic = await freshTopic();
      const list = records(100);
      await client.produce(topic, list, SAFE);
      const first = await client.consume(topic, `group-${topic}`, 60);
      const rest = await client.consume(topic, `group-${topic}`, 40);
      expect(first).toHaveLength(60);
      expect(bag([...first, ...rest])).toEqual(bag(list));
    });

    test('keeps the order of records within a key', async () => {
      const topic = await freshTopic();
      const list = records(200);
      await client.produce(topic, list, SAFE);
      const read = await client.consume(topic, `group-${topic}`, 200);
      expect(byKey(read)).toEqual(byKey(list));
    });
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

function byKey(list: readonly TextRecord[]): Map<string | null, (string | null)[]> {
  const keys = new Map<string | null, (string | null)[]>();
  for (const { key, value } of list) keys.set(key, [...(keys.get(key) ?? []), value]);
  return new Map([...keys].sort(([a], [b]) => String(a).localeCompare(String(b))));
}
