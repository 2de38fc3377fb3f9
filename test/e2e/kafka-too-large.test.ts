/** A real Kafka's own idea of what is too large, and of what follows in sequence. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { javaAndMaven, type RunningKafka, startKafka } from '../support/kafka.js';
import { deliverTooLarge } from '../support/small-topic.js';
import { needs } from '../support/tiers.js';

const COUNT = 20_000;

await needs([javaAndMaven], () => {
  let kafka: RunningKafka;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka?.stop());

  describe('a topic that takes less than a batch', () => {
    test.for(['none', 'zstd'])('is given smaller ones, with compression %s', async (compression) => {
      const brokers = [kafka.brokers];
      const { it: profile, reasons } = await deliverTooLarge({
        brokers,
        settings: { compression },
        maxMessageBytes: 5000,
        count: COUNT,
      });
      expect(reasons).toEqual([]);
      expect(profile).toMatchObject({ acked: COUNT, failed: 0 });
      expect(profile.retries).toBeGreaterThan(0);
      expect(profile.verify).toEqual({ read: COUNT, lost: 0, duplicated: 0, reordered: 0, corrupted: 0 });
    });

    // The broker unpacks the batches and looks at their size then: room for more than it takes is only made with a codec.
    test.for(['lz4', 'zstd'])(
      'that keeps them unpacked is given smaller ones, with compression %s',
      async (compression) => {
        const { it: profile, reasons } = await deliverTooLarge({
          brokers: [kafka.brokers],
          settings: { compression, lingerMs: 1000 },
          maxMessageBytes: 100_000,
          topicConfig: { 'compression.type': 'uncompressed' },
          count: COUNT,
        });
        expect(reasons).toEqual([]);
        expect(profile).toMatchObject({ acked: COUNT, failed: 0 });
        expect(profile.retries).toBeGreaterThan(0);
        expect(profile.verify).toEqual({ read: COUNT, lost: 0, duplicated: 0, reordered: 0, corrupted: 0 });
      },
    );

    test('is spared single records that are too large, and gets all others', async () => {
      const wish = { brokers: [kafka.brokers], maxMessageBytes: 700, count: 2000 };
      const { it: profile, exitCode } = await deliverTooLarge(wish);
      expect(profile.failed).toBeGreaterThan(0);
      expect(profile.acked + profile.failed).toBe(2000);
      expect(profile.errors).toEqual({ MESSAGE_TOO_LARGE: profile.failed });
      expect(profile.verify).toMatchObject({ read: profile.acked, lost: 0, duplicated: 0, reordered: 0 });
      expect(exitCode).toBe(1);
    });
  });
});
