/** A real Kafka's own rules on the times of records: what it refuses and what it deletes is told beforehand. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { javaAndMaven, type RunningKafka, startKafka } from '../support/kafka.js';
import { topicSetting } from '../support/reference-run.js';
import { needs } from '../support/tiers.js';
import { eventmill, readSummary } from '../support/tools-cli.js';

await needs([javaAndMaven], () => {
  let kafka: RunningKafka;
  let folder: string;
  beforeAll(async () => {
    kafka = await startKafka();
    folder = mkdtempSync(join(tmpdir(), 'eventmill-times-'));
  }, 120_000);
  afterAll(async () => {
    await kafka?.stop();
    if (folder) rmSync(folder, { recursive: true });
  });

  const quiet = ['--metrics-port', 'off', '--no-color'];
  const run = (...args: string[]) =>
    eventmill(['run', ...args, '--brokers', kafka.brokers, ...quiet], { timeoutMs: 60_000 });
  const created = async (name: string, ...configs: string[]) => {
    const where = ['--bootstrap-server', kafka.brokers, '--create', '--topic', name];
    const { code, stderr } = await kafka.runTool('TopicCommand', [
      ...where,
      ...configs.flatMap((config) => ['--config', config]),
    ]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
  };
  const simulated = (name: string, time: object): string => {
    const path = join(folder, `${name}.json`);
    const source = { generator: 'stock', topic: name, rate: 'max', time, options: { hours: 'always' } };
    writeFileSync(path, JSON.stringify({ sources: { stock: source }, count: 1000 }));
    return path;
  };
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();
  const DAY = 86_400_000;

  describe('a past of thirty days', () => {
    test('goes into a topic made for it, which keeps it, and says so', async () => {
      const summary = join(folder, 'kept.json');
      const what = ['--rate', '1/s', '--backfill', '30d', '--count', '20000', '--topic', 'stock=kept'];
      const { code, stdout, stderr } = await run('stock-steady', ...what, '--verify', '--summary', summary);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(
        'topic: kept, 6 partitions, created with retention.ms=-1, as its events are from the past',
      );
      expect(await topicSetting([kafka.brokers], 'kept', 'retention.ms')).toBe('-1');
      expect(readSummary(summary).profiles[0]).toMatchObject({
        acked: 20_000,
        verify: { lost: 0, corrupted: 0 },
      });
    }, 90_000);

    test('is warned of where a topic that is there would delete it', async () => {
      await created('short', 'retention.ms=86400000');
      const what = ['--rate', '1/s', '--backfill', '30d', '--count', '1000', '--topic', 'stock=short'];
      const { code, stderr } = await run('stock-steady', ...what);
      expect(code).toBe(0);
      expect(stderr).toContain('topic short: keeps records for 1d (retention.ms=86400000)');
      expect(stderr).toContain('set retention.ms=-1 on it, or name a topic that does not exist yet');
    }, 90_000);

    test('is refused where a topic takes nothing so old, with exit 2 and nothing sent', async () => {
      await created('young', 'message.timestamp.before.max.ms=3600000');
      const what = ['--rate', '1/s', '--backfill', '30d', '--count', '1000', '--topic', 'stock=young'];
      const { code, stderr } = await run('stock-steady', ...what);
      expect(code).toBe(2);
      expect(stderr).toContain(
        'topic young: refuses records older than 1h (message.timestamp.before.max.ms=3600000)',
      );
    }, 90_000);
  });

  describe('a calendar ahead of the clock', () => {
    test('is refused before anything is sent, as Kafka would refuse every record', async () => {
      const { code, stderr } = await run(simulated('ahead', { start: at(2 * DAY) }));
      expect(code).toBe(2);
      expect(stderr).toContain(
        'topic ahead: refuses records more than 1h ahead of the clock (message.timestamp.after.max.ms=3600000)',
      );
    }, 90_000);

    test('goes where the topic allows it', async () => {
      await created('open', 'message.timestamp.after.max.ms=9223372036854775807');
      const { code, stderr } = await run(simulated('open', { start: at(2 * DAY) }));
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    }, 90_000);
  });

  test('a topic whose broker stamps records itself is told of', async () => {
    await created('stamped', 'message.timestamp.type=LogAppendTime');
    const { stderr } = await run(simulated('stamped', { start: at(-DAY) }));
    expect(stderr).toContain('topic stamped: its broker replaces the times of records by its own');
  }, 90_000);
});
