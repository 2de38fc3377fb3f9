/** A run of orders with their reference topics through two profiles, on any brokers, read back. */
import kafkajs from 'kafkajs';
import { run } from '../../src/run.js';
import { profile, source, workload } from './workloads.js';

const COUNT = 6000;

export async function runWithReference(brokers: readonly string[]) {
  const options = { reference: true, referencePrefix: 'ref.' };
  const { snapshot, reasons } = await run({
    workload: workload({ count: COUNT }, [
      source('pizza', { options, time: { kind: 'simulated', start: Date.UTC(2025, 2, 3) } }),
      source('storefront', { options, time: { kind: 'live', speed: 5000 } }),
    ]),
    profiles: [profile('one'), profile('other', { compression: 'gzip' })],
    brokers,
    verify: true,
  });
  return { reasons, profiles: snapshot.profiles.map(({ profile: each }) => each), count: COUNT };
}

/** A topic's setting, as the broker says it. */
export async function topicSetting(brokers: readonly string[], topic: string, setting: string) {
  const client = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  try {
    const type = kafkajs.ConfigResourceTypes.TOPIC;
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type, name: topic, configNames: [setting] }],
    });
    return resources[0]?.configEntries[0]?.configValue;
  } finally {
    await admin.disconnect();
  }
}
