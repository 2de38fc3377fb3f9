/** The lesson of the idempotent kafkajs on a real Kafka: its answers get lost on the way, and with them records. */
import { expect, it } from 'vitest';
import { Cluster } from '../chaos/clusters.js';
import { javaAndMaven } from '../support/kafka.js';
import { needs } from '../support/tiers.js';
import { startEventmill } from '../support/tools-cli.js';

/** Stored in the meantime, and never answered. */
const SWALLOWED_MS = 150;
const BETWEEN_MS = 700;
const COUNT = 8000;

await needs([javaAndMaven], () => {
  it.for([
    ['by itself loses records that it was told are stored, and stores others twice', 'false', '5'],
    ['with our guards loses none, and doubles none', 'true', '1'],
  ] as const)('kafkajs, idempotent, %s', { timeout: 180_000 }, async ([, guards, inFlightMax]) => {
    const cluster = await Cluster.start('one node');
    const { proxy } = cluster;
    const brokers = `127.0.0.1:${proxy.port}`;
    try {
      const settings = { guards, inFlightMax, batchRecords: '100', lingerMs: '1s' };
      const set = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
      const records = [
        '--rate',
        '2000/s',
        '--count',
        String(COUNT),
        '--key',
        'stock=none',
        '--partitions',
        '1',
      ];
      const words = ['run', 'stock-steady', '--driver', 'kafkajs', ...set, ...records];
      const run = startEventmill([...words, '--brokers', brokers, '--verify', '--metrics-port', 'off']);
      await run.says(/[1-9][\d,]* acked/, 60_000);
      for (let times = 0; times < 4; times++) {
        proxy.swallow(true);
        await sleep(SWALLOWED_MS);
        proxy.cut();
        proxy.swallow(false);
        await sleep(BETWEEN_MS);
      }
      await run.says(/Done after|verify found \d+ records twice/, 90_000);
      const said = run.said();
      await run.stop();
      const [, read, lost, duplicated] = (
        /read back ([\d,]+): ([\d,]+) lost, ([\d,]+) dup/.exec(said) ?? []
      ).map((text) => Number(text.replaceAll(',', '')));
      if (guards === 'true') {
        expect({ said, read, lost, duplicated }).toEqual({
          said,
          read: COUNT,
          lost: 0,
          duplicated: 0,
        });
        return;
      }
      // Some sends may fail as well, and are told to have failed: those do not count as lost.
      expect(said).toMatch(/error: async: verify found \d+ records lost/);
      expect(lost).toBeGreaterThan(0);
      expect(duplicated).toBeGreaterThan(0);
    } finally {
      await cluster.stop();
    }
  });
});

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
