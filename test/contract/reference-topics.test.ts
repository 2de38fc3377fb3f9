/** Topics beside a source's own: created compacted, named by profile, read back and judged like all others. */
import { expect, it, onTestFinished } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.js';
import { runWithReference, topicSetting } from '../support/reference-run.js';

it('are compacted, have the profile’s name where there are several, and are verified', async () => {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const { profiles, reasons, count } = await runWithReference(sandbox.brokers);
  expect(reasons).toEqual([]);
  for (const { name, topics, verify } of profiles) {
    expect(verify).toEqual({ read: count, lost: 0, duplicated: 0, reordered: 0, corrupted: 0 });
    for (const topic of ['stores', 'products', 'customers']) {
      expect(topics[`ref.${topic}.${name}`]?.records).toBeGreaterThan(10);
      expect(await topicSetting(sandbox.brokers, `ref.${topic}.${name}`, 'cleanup.policy')).toBe('compact');
    }
    expect(await topicSetting(sandbox.brokers, `new_pizza_orders.${name}`, 'cleanup.policy')).toBe('delete');
  }
});
