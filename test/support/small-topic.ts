/** Runs into a topic that takes less than a profile's batches, on any brokers. */
import { run } from '../../src/run.js';
import { ensureTopics } from '../../src/topics/index.js';
import { profile, source, workload } from './workloads.js';

let topics = 0;

export interface SmallTopicRun {
  readonly brokers: readonly string[];
  readonly settings?: Parameters<typeof profile>[1];
  readonly maxMessageBytes: number;
  /** More of the topic's configs, by Kafka's names. */
  readonly topicConfig?: Readonly<Record<string, string>>;
  readonly count: number;
}

/** Sends pizza orders, of some hundred bytes each, in batches of 64 KiB to a topic of its own, and reads them back. */
export async function deliverTooLarge({
  brokers,
  settings = {},
  maxMessageBytes,
  topicConfig,
  count,
}: SmallTopicRun) {
  const topic = `orders-${++topics}`;
  const config = { 'max.message.bytes': String(maxMessageBytes), ...topicConfig };
  await ensureTopics(brokers, [{ name: topic, partitions: 3, config }], { create: true });
  const result = await run({
    workload: workload({ count }, [source('pizza', { topic })]),
    profiles: [profile('it', { batchBytes: 64 * 1024, ...settings })],
    brokers,
    verify: true,
  });
  return { ...result, it: result.snapshot.profiles[0]!.profile };
}
