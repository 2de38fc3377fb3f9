/** The main job on a real Kafka: what eventmill says it sent is what Kafka's own tools find. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProfileSnapshot, Summary } from '../../src/types.js';
import { javaAndMaven, kafkaToolOutput, type RunningKafka, startKafka } from '../support/kafka.js';
import { needs } from '../support/tiers.js';
import type { Ended } from '../support/tools.js';
import { eventmill, readSummary } from '../support/tools-cli.js';

const COUNT = 200_000;
const PROFILES = ['throughput', 'durable'];

await needs([javaAndMaven], () => {
  let kafka: RunningKafka;
  let folder: string;
  let out: string;
  let ended: Ended;
  let summary: Summary;

  beforeAll(async () => {
    kafka = await startKafka();
    folder = await mkdtemp(join(tmpdir(), 'eventmill-e2e-'));
    out = join(folder, 'out.json');
    const what = ['--profile', PROFILES.join(','), '--count', String(COUNT), '--rate', 'max'];
    const args = ['run', 'demo', '--brokers', kafka.brokers, ...what, '--verify', '--summary', out];
    ended = await eventmill([...args, '--metrics-port', 'off'], { timeoutMs: 150_000 });
    if (ended.code === 0) summary = readSummary(out);
  }, 240_000);
  afterAll(async () => {
    await kafka?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  describe(`run demo --profile ${PROFILES} --count ${COUNT} --verify`, () => {
    test('ends well', () => {
      expect({ code: ended.code, ...(ended.code === 0 ? {} : { said: ended.stderr }) }).toEqual({ code: 0 });
      expect(summary).toMatchObject({ sandbox: false, brokers: kafka.brokers, workload: 'demo' });
      expect(summary.profiles.map(({ name }) => name)).toEqual(PROFILES);
    });

    test.for(PROFILES)('acknowledges every record of %s, and verifies each', (name) => {
      const profile = of(summary, name);
      expect(profile).toMatchObject({ due: COUNT, acked: COUNT, failed: 0, expired: 0, dropped: 0 });
      expect(profile.verify).toEqual({ read: COUNT, lost: 0, duplicated: 0, reordered: 0, corrupted: 0 });
      const records = Object.values(profile.topics).map((topic) => topic.records);
      expect(records.reduce((a, b) => a + b, 0)).toBe(COUNT);
    });

    test('verifies the same from the summary alone, whatever the codec', async () => {
      const told = await eventmill(['verify', '--summary', out, '--json'], { timeoutMs: 100_000 });
      expect(told).toMatchObject({ code: 0, stderr: '' });
      const expected = PROFILES.map((name) => {
        const verify = { read: COUNT, lost: 0, duplicated: 0, reordered: 0, corrupted: 0 };
        return { name, verify, reasons: [] };
      });
      expect(JSON.parse(told.stdout).profiles).toEqual(expected);
    });

    test.for(PROFILES)('leaves of %s exactly the offsets that GetOffsetShell tells', async (name) => {
      for (const [topic, told] of Object.entries(of(summary, name).topics)) {
        expect(topic).toMatch(new RegExp(`\\.${name}$`));
        const ends = await endOffsets(kafka, topic);
        expect(ends.size).toBe(told.partitions);
        const claimed = Object.entries(told.offsets).map(([partition, [, next]]) => [
          Number(partition),
          next,
        ]);
        for (const [partition, next] of claimed) expect(ends.get(partition!)).toBe(next);
        expect([...ends.values()].reduce((a, b) => a + b, 0)).toBe(told.records);
      }
    });

    test.for(['stock', 'pizza'])(
      'puts each key of %s on the partition that Java’s console producer chooses',
      async (word) => {
        const [topic, told] = Object.entries(of(summary, 'durable').topics).find(([one]) =>
          one.includes(word),
        )!;
        const ours = await partitionsOfKeys(kafka, topic, told.records);
        expect(ours.size).toBeGreaterThanOrEqual(20);
        const java = `${topic}.java`;
        const server = ['--bootstrap-server', kafka.brokers];
        const partitions = ['--partitions', String(told.partitions)];
        await kafkaToolOutput('TopicCommand', [...server, '--create', '--topic', java, ...partitions]);
        const lines = [...ours.keys()].map((key) => `${key}\tx\n`).join('');
        const args = [...server, '--topic', java, '--property', 'parse.key=true'];
        await kafkaToolOutput('ConsoleProducer', args, { stdin: lines });
        expect(await partitionsOfKeys(kafka, java, ours.size)).toEqual(ours);
      },
    );

    test('leaves orders that Java’s console consumer reads as JSON', async () => {
      const orders = Object.keys(of(summary, 'durable').topics).find((topic) => topic.includes('pizza'))!;
      for (const { key, value } of await consumed(kafka, orders, 200)) {
        expect(JSON.parse(value)).toMatchObject({ orderId: key, sequence: expect.any(Number) });
      }
    });
  });
});

function of(summary: Summary, name: string): ProfileSnapshot {
  const profile = summary.profiles.find((one) => one.name === name);
  if (profile === undefined) throw new Error(`the summary has no profile ${name}`);
  return profile;
}

async function endOffsets(kafka: RunningKafka, topic: string): Promise<Map<number, number>> {
  const args = ['--bootstrap-server', kafka.brokers, '--topic', topic];
  const text = await kafkaToolOutput('GetOffsetShell', args);
  return new Map(
    text
      .trim()
      .split('\n')
      .map((line) => line.split(':').slice(-2).map(Number) as [number, number]),
  );
}

interface Consumed {
  readonly partition: number;
  readonly key: string;
  readonly value: string;
}

/** What Java's console consumer reads from the beginning. */
async function consumed(kafka: RunningKafka, topic: string, count: number): Promise<Consumed[]> {
  const shown = ['print.partition=true', 'print.key=true'].flatMap((one) => ['--property', one]);
  const limits = ['--from-beginning', '--max-messages', String(count), '--timeout-ms', '20000'];
  const args = ['--bootstrap-server', kafka.brokers, '--topic', topic, ...limits, ...shown];
  const text = await kafkaToolOutput('ConsoleConsumer', args, { timeoutMs: 60_000 });
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => {
    const [partition = '', key = '', ...value] = line.split('\t');
    return { partition: Number(partition.replace('Partition:', '')), key, value: value.join('\t') };
  });
}

async function partitionsOfKeys(
  kafka: RunningKafka,
  topic: string,
  count: number,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const { key, partition } of await consumed(kafka, topic, count)) {
    // A key on two partitions would show as a difference from Java's.
    if (!found.has(key)) found.set(key, partition);
    else if (found.get(key) !== partition) throw new Error(`${key} is on ${found.get(key)} and ${partition}`);
  }
  return new Map([...found].sort(([a], [b]) => a.localeCompare(b)));
}
