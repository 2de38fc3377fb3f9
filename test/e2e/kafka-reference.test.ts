/** Reference topics on a real Kafka, which compacts them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { javaAndMaven, type RunningKafka, startKafka } from '../support/kafka.js';
import { runWithReference, topicSetting } from '../support/reference-run.js';
import { needs } from '../support/tiers.js';

await needs([javaAndMaven], () => {
  let kafka: RunningKafka;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka?.stop());

  test('stores, products and customers are created compacted and arrive whole', async () => {
    const { profiles, reasons, count } = await runWithReference([kafka.brokers]);
    expect(reasons).toEqual([]);
    for (const { name, verify } of profiles) {
      expect(verify).toEqual({ read: count, lost: 0, duplicated: 0, reordered: 0, corrupted: 0 });
      expect(await topicSetting([kafka.brokers], `ref.customers.${name}`, 'cleanup.policy')).toBe('compact');
    }
  });
});
