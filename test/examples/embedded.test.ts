/** A producer and a broker inside somebody's own test: twenty lines, nothing to install. Copy it. */
import { run } from 'eventmill';
import { startSandbox } from 'eventmill/sandbox';
import { expect, it } from 'vitest';

it('feeds my consumer a thousand stock ticks', async () => {
  const sandbox = await startSandbox();
  const { exitCode, snapshot } = await run({
    brokers: sandbox.brokers,
    profiles: ['durable'],
    workload: { count: 1000, sources: { ticks: { generator: 'stock', rate: 'max' } } },
  });
  // Here your consumer would read stock_price_updates from sandbox.address.
  expect(exitCode).toBe(0);
  expect(snapshot.profiles[0]?.profile.acked).toBe(1000);
  await sandbox.close();
});
