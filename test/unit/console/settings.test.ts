/** The console's flags and properties: Kafka 4.1's defaults, who wins over whom, and every mistake told at once. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readPairs } from '../../../src/console/properties.js';
import { recordSizeMax } from '../../../src/console/record-size.js';
import { consoleSettings, type Flags } from '../../../src/console/settings.js';

const folder = mkdtempSync(join(tmpdir(), 'eventmill-console-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (text: string): string => {
  const path = join(folder, `${Math.random()}.properties`);
  writeFileSync(path, text);
  return path;
};

const told: string[] = [];
const settings = (flags: Flags = {}) => {
  told.length = 0;
  return consoleSettings({ bootstrapServer: ['localhost:9092'], topic: ['t'], ...flags }, (one) =>
    told.push(one),
  );
};
const profile = (flags: Flags) => settings(flags).producer.profile;
const properties = (...pairs: string[]): Flags => ({ producerProperty: pairs });

describe('without flags', () => {
  it('everything is as in Kafka 4.1’s console producer', () => {
    const { brokers, topic, partition, producer } = settings();
    expect({ brokers, topic, partition }).toEqual({
      brokers: ['localhost:9092'],
      topic: 't',
      partition: undefined,
    });
    expect(producer).toEqual({
      profile: {
        driver: 'kafka',
        acks: 'all',
        compression: 'none',
        compressionLevel: null,
        batchBytes: 16_384,
        batchRecords: Number.MAX_SAFE_INTEGER,
        lingerMs: 1000,
        bufferBytes: 33_554_432,
        partitionBufferBytes: 33_554_432,
        whenFull: 'wait',
        inFlightMax: 5,
        retriesMax: 3,
        retryBackoffMs: 100,
        retryBackoffMsMax: 1000,
        requestTimeoutMs: 1500,
        deliveryTimeoutMs: 120_000,
        idempotent: true,
        mode: 'async',
        guards: true,
      },
      clientId: 'console-producer',
      maxBlockMs: 60_000,
      maxRequestBytes: 1_048_576,
      bufferMemory: 33_554_432,
      batchSize: 16_384,
      metadataMaxAgeMs: 300_000,
      ignoreKeys: false,
    });
    expect(told).toEqual([]);
  });
});

describe('who wins', () => {
  it('a flag over a property, a property over the file, and all over the flag’s default', () => {
    const path = file('linger.ms=1\nacks=1\nretries=7\nclient.id=me');
    const all = { ...properties('linger.ms=2', 'acks=0'), 'producer.config': [path] };
    expect(settings({ ...all, timeout: ['3'] }).producer).toMatchObject({
      clientId: 'me',
      profile: { lingerMs: 3, acks: 0, retriesMax: 7 },
    });
    expect(settings({ ...all }).producer.profile.lingerMs).toBe(2);
  });

  it('--max-partition-memory-bytes over --batch-size, which still bounds the number of records', () => {
    const flags = { maxBatchSize: ['100'], maxMemoryBytes: ['1000'], maxPartitionMemoryBytes: ['1000'] };
    expect(profile(flags)).toMatchObject({ batchBytes: 1000, batchRecords: 100, bufferBytes: 1000 });
    expect(profile({ batchSize: ['100'] })).toMatchObject({ batchBytes: 100, batchRecords: 100 });
  });

  it('--compression-codec alone over the codec: gzip when bare', () => {
    expect(profile({ compressionCodec: true }).compression).toBe('gzip');
    expect(profile({ compressionCodec: ['zstd'] }).compression).toBe('zstd');
    expect(profile(properties('compression.type=lz4')).compression).toBe('none');
    expect(told).toEqual([expect.stringContaining('--compression-codec alone decides')]);
  });

  it('the level of the codec in use', () => {
    const levels = properties('compression.gzip.level=9', 'compression.zstd.level=3');
    expect(profile({ compressionCodec: true, ...levels }).compressionLevel).toBe(9);
    expect(profile(levels).compressionLevel).toBeNull();
    expect(() => settings(properties('compression.gzip.level=0'))).toThrow(/compression\.gzip\.level/);
  });
});

describe('what goes together', () => {
  it('idempotence goes where acks or retries rule it out, unless it was asked for', () => {
    expect(profile({ requestRequiredAcks: ['1'] })).toMatchObject({ acks: 1, idempotent: false });
    expect(profile({ messageSendMaxRetries: ['0'] }).idempotent).toBe(false);
    expect(() => settings({ ...properties('enable.idempotence=true'), requestRequiredAcks: ['1'] })).toThrow(
      /expected acks all/,
    );
    expect(() => settings(properties('max.in.flight.requests.per.connection=6'))).toThrow(/at most 5/);
  });

  it('a delivery time-out grows with linger, unless it was asked for', () => {
    expect(profile({ timeout: ['200000'] }).deliveryTimeoutMs).toBe(201_500);
    expect(() => settings(properties('delivery.timeout.ms=2499'))).toThrow(/at least .* 2500/);
    expect(profile(properties('delivery.timeout.ms=2500')).deliveryTimeoutMs).toBe(2500);
  });

  it('TLS and SASL are refused until they can be had, and let be in plain text', () => {
    expect(() => settings(properties('security.protocol=SASL_SSL', 'sasl.password=secret'))).toThrow(
      /sasl\.jaas\.config/,
    );
    expect(() => settings(properties('security.protocol=PLAINTEXT', 'ssl.key.password=x'))).not.toThrow();
  });
});

describe('mistakes', () => {
  it('are all told at once', () => {
    const flags = {
      batchSize: ['x'],
      timeout: ['-1'],
      topic: [],
      partition: ['p'],
      property: ['null.marker=,'],
    };
    const error = (() => {
      try {
        settings({ ...flags, bootstrapServer: ['nowhere'], compressionCodec: ['rar'], lineReader: ['a.B'] });
      } catch (thrown) {
        return thrown as Error;
      }
      throw new Error('expected mistakes');
    })();
    for (const name of [
      '--bootstrap-server',
      '--topic',
      '--partition',
      '--line-reader',
      '--compression-codec',
      '--batch-size',
      '--timeout',
      'null.marker',
    ]) {
      expect(error.message).toContain(name);
    }
    expect(error.message.split('\n')).toHaveLength(8);
  });

  it.each([
    [{ topic: ['a', 'b'] }, /--topic: expected it once, got \["a","b"\]/],
    [{ requestRequiredAcks: ['5'] }, /--request-required-acks: expected all, -1, 0 or 1, got "5"/],
    [{ requestTimeoutMs: ['0'] }, /--request-timeout-ms: expected a whole number from 1/],
    [properties('acks=2'), /^acks: expected/],
    [properties('transactional.id=x'), /transactional\.id: expected none/],
    [properties('partitioner.class=X'), /partitioner\.class: expected none/],
    [{ 'producer.config': ['/nonexistent'] }, /--producer\.config: expected a file/],
  ])('%j', (flags, message) => {
    expect(() => settings(flags as Flags)).toThrow(message);
  });

  it('in names are warned of once each', () => {
    settings(properties('lingr.ms=5', 'lingr.ms=6', 'connections.max.idle.ms=1', 'quux=1'));
    expect(told).toEqual([
      'lingr.ms: not a producer config, and ignored; did you mean linger.ms?',
      'connections.max.idle.ms: has no effect here',
      'quux: not a producer config, and ignored',
    ]);
  });
});

describe('properties are read as Java reads them', () => {
  it('from arguments: the first equals sign parts them, and a value may be missing', () => {
    expect([...readPairs(['a=b=c', 'key.separator==', 'x', 'y='])]).toEqual([
      ['a', 'b=c'],
      ['key.separator', '='],
      ['x', ''],
      ['y', ''],
    ]);
  });
});

describe('a record’s size, as Kafka’s producer reckons it,', () => {
  // 86 and 112 are from its own RecordTooLargeException.
  it.each([
    [-1, 1, null, 86],
    [-1, 27, null, 112],
    [-1, -1, null, 85],
    [0, 64, null, 61 + 21 + 1 + 66 + 1],
    [
      1,
      0,
      [
        ['é', null],
        ['h', '12'],
      ] as const,
      61 + 21 + 2 + 1 + 1 + 4 + 5,
    ],
  ])('of key %j, value %j and headers %j is %j', (key, value, headers, bytes) => {
    expect(recordSizeMax(key, value, headers)).toBe(bytes);
  });
});
