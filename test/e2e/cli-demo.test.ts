/** What `npm start` runs. */
import { expect, it } from 'vitest';
import { eventmill } from '../support/tools-cli.js';

it('tours the profiles in about half a minute, and says how to go on', { timeout: 90_000 }, async () => {
  const begin = performance.now();
  // What names a real Kafka is of no use here, not even when it is wrong, and that is said.
  const env = { EVENTMILL_COMMAND_CONFIG: 'nowhere.properties' };
  const { code, stdout, stderr } = await eventmill(['demo'], { timeoutMs: 80_000, env });
  expect({ code, stderr: stderr.replace(/^warning: the default port is in use.*\n/, '') }).toEqual({
    code: 0,
    stderr: expect.stringMatching(
      /^warning: EVENTMILL_COMMAND_CONFIG has no effect: .*run demo\n$/,
    ) as string,
  });
  expect(performance.now() - begin).toBeLessThan(60_000);
  expect(stdout).toMatch(/^broker: (127\.0\.0\.1:\d+) /);
  const address = /^broker: (\S+)/.exec(stdout)![1]!;
  expect(stdout).toContain(`npx eventmill tail stock_price_updates.durable --brokers ${address}`);
  expect(stdout).toMatch(/live page: http:\/\/127\.0\.0\.1:\d+\//);
  for (const profile of ['durable', 'throughput', 'kafkajs']) {
    expect(stdout).toMatch(new RegExp(`^${profile}: ([\\d,]+) due = \\1 acked`, 'm'));
  }
  const table = stdout.slice(stdout.lastIndexOf('records/s'));
  for (const profile of ['kafkajs', 'async', 'throughput', 'lz4'])
    expect(table).toMatch(new RegExp(`^${profile} `, 'm'));
  expect(table).toMatch(/p99 +CPU s\/million +wire/);
  const last = stdout.trimEnd().split('\n').slice(-4).join('\n');
  expect(last).toContain('--brokers');
  expect(last).toContain('--duration 0');
});
