/** A comparison on a real Kafka: its topics are its own, and go when it is over unless they are asked to stay. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report } from '../../src/compare/types.js';
import { describeTopics, ensureTopics } from '../../src/topics/index.js';
import { javaAndMaven, kafkaToolOutput, type RunningKafka, startKafka } from '../support/kafka.js';
import { needs } from '../support/tiers.js';
import { eventmill } from '../support/tools-cli.js';

const LONG = { timeoutMs: 150_000 };

await needs([javaAndMaven], () => {
  let kafka: RunningKafka;
  beforeAll(async () => {
    kafka = await startKafka();
  }, 120_000);
  afterAll(() => kafka?.stop());

  async function compare(...more: string[]): Promise<Report> {
    const out = mkdtempSync(join(tmpdir(), 'eventmill-compare-'));
    const what = ['smoke', '--profile', 'durable,kafkajs', '--count', '2000', '--warmup', '200ms'];
    const { code, stderr } = await eventmill(
      ['compare', ...what, '--brokers', kafka.brokers, '--report', out, ...more],
      LONG,
    );
    expect({ code, stderr: stderr.replaceAll(/^warning: --trials .*\n/gm, '') }).toEqual({
      code: 0,
      stderr: '',
    });
    return JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report;
  }

  const topics = async () =>
    (await kafkaToolOutput('TopicCommand', ['--bootstrap-server', kafka.brokers, '--list']))
      .trim()
      .split('\n');

  test('reads every record back, and leaves nothing behind but what was there before', async () => {
    await ensureTopics([kafka.brokers], [{ name: 'new_pizza_orders', partitions: 1 }], { create: true });
    const { results, trials, sandbox } = await compare('--trials', '2');
    expect(sandbox).toBe(false);
    for (const { due, verify } of results)
      expect(verify).toMatchObject({ read: due, lost: 0, duplicated: 0 });
    expect(await topics()).toEqual(['new_pizza_orders']);
    // The broker is a process of this machine, whose work is not taken for somebody else's.
    if (process.platform === 'linux')
      for (const { figures } of trials) expect(figures!.load.others).not.toBeNull();
  });

  test('leaves its topics where they are with --keep-topics', async () => {
    const { trials, runId } = await compare('--trials', '1', '--keep-topics');
    const names = trials.flatMap(({ figures }) => Object.keys(figures!.profile.topics));
    expect(names.every((name) => name.includes(runId))).toBe(true);
    const found = await describeTopics([kafka.brokers], names);
    expect(found.map(({ name }) => name)).toEqual(names);
  });
});
