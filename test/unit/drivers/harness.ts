/** What drivers are given in tests: settings, entries and batches. */
import { systemClock } from '../../../src/clock.js';
import type {
  Batch,
  Builder,
  Driver,
  DriverContext,
  Entry,
  Outcome,
  ProfileSettings,
  Serializer,
} from '../../../src/types.js';

export const SETTINGS: ProfileSettings = {
  driver: 'kafka',
  acks: 'all',
  compression: 'none',
  compressionLevel: null,
  batchBytes: 16_384,
  batchRecords: 1_000,
  lingerMs: 5,
  bufferBytes: 33_554_432,
  partitionBufferBytes: 8_388_608,
  whenFull: 'wait',
  inFlightMax: 5,
  retriesMax: 10,
  retryBackoffMs: 20,
  retryBackoffMsMax: 1_000,
  requestTimeoutMs: 2_000,
  deliveryTimeoutMs: 30_000,
  idempotent: false,
  mode: 'async',
  guards: true,
};

export function driverContext(
  changes: Partial<DriverContext> = {},
  settings: Partial<ProfileSettings> = {},
): DriverContext {
  return {
    profile: { name: 'test', doc: 'for tests', settings: { ...SETTINGS, ...settings } },
    clock: systemClock,
    brokers: [],
    clientId: 'driver-test',
    codec: null,
    partitions: 3,
    warn: () => {},
    ...changes,
  };
}

/** Any value as JSON. */
export const json: Serializer = {
  write: (value, buffer, offset) => {
    const bytes = Buffer.from(JSON.stringify(value));
    if (offset + bytes.length <= buffer.length) bytes.copy(buffer, offset);
    return offset + bytes.length;
  },
};

/** Bytes as they are. */
export const binary: Serializer = {
  write: (value, buffer, offset) => {
    const bytes = value as Buffer;
    if (offset + bytes.length <= buffer.length) bytes.copy(buffer, offset);
    return offset + bytes.length;
  },
};

export function entryOf(value: unknown, changes: Partial<Entry> & { text?: string } = {}): Entry {
  const { text, ...rest } = changes;
  const key = text === undefined ? null : Buffer.from(text);
  return {
    serializer: json,
    value,
    key,
    keyStart: 0,
    keyLength: key?.length ?? 0,
    timestamp: 1_700_000_000_000,
    headers: null,
    ...rest,
  };
}

export class TestBatch implements Batch {
  readonly topic: string;
  readonly partition: number;
  readonly builder: Builder;
  sequence = 0;
  epoch = 0;

  constructor(topic: string, partition: number, builder: Builder) {
    this.topic = topic;
    this.partition = partition;
    this.builder = builder;
  }

  get count(): number {
    return this.builder.count;
  }
}

/** A closed batch of these values. */
export async function batchOf(
  driver: Driver,
  topic: string,
  partition: number,
  values: readonly unknown[],
  changes: Partial<Entry> & { text?: string } = {},
): Promise<TestBatch> {
  const builder = driver.openBatch(topic, partition);
  for (const value of values) builder.add(entryOf(value, changes));
  await builder.close();
  return new TestBatch(topic, partition, builder);
}

/** Sends one batch alone. */
export async function sendOne(driver: Driver, batch: Batch): Promise<Outcome> {
  const [outcome] = await driver.send(driver.leaderOf(batch.topic, batch.partition), [batch]);
  return outcome!;
}
