/** What topics make of records' times, as their settings say. */
import { systemClock } from '../clock.js';
import type { TopicTimes } from '../event-times.js';
import { rootOf } from '../kafkajs-fault.js';
import type { Bootstrap, Clock } from '../types.js';
import { withAdmin } from './admin.js';

const AHEAD = 'message.timestamp.after.max.ms';
const BEHIND = 'message.timestamp.before.max.ms';
/** Before Kafka 3.6 one setting was for both, and until 4.0 it went beside them. */
const EITHER = 'message.timestamp.difference.max.ms';
const STAMPED = 'message.timestamp.type';
const KEPT = 'retention.ms';
const CLEANUP = 'cleanup.policy';
/** What Kafka calls a topic among the things that have settings. */
const TOPIC_RESOURCE = 2;

/** By topic; those whose settings nobody tells, as an authorizer may forbid it, are left out. */
export function topicTimes(
  { brokers, security }: Bootstrap,
  topics: readonly string[],
  clock: Clock = systemClock,
): Promise<ReadonlyMap<string, TopicTimes>> {
  return withAdmin({ brokers, clock, security }, async ({ ask }) => {
    const configNames = [AHEAD, BEHIND, EITHER, STAMPED, KEPT, CLEANUP];
    const resources = topics.map((name) => ({ type: TOPIC_RESOURCE, name, configNames }));
    try {
      const told = await ask((admin) => admin.describeConfigs({ includeSynonyms: false, resources }));
      return new Map(
        told.resources
          .filter(({ errorCode }) => errorCode === 0)
          .map(({ resourceName, configEntries }) => [
            resourceName,
            timesOf(new Map(configEntries.map(({ configName, configValue }) => [configName, configValue]))),
          ]),
      );
    } catch (error) {
      if (rootOf(error).type === undefined) throw error;
      return new Map();
    }
  });
}

function timesOf(configs: ReadonlyMap<string, string>): TopicTimes {
  const bound = (name: string): number => {
    const text = configs.get(name);
    const value = text === undefined ? -1 : Number(text);
    // Long.MAX_VALUE is how Kafka says never.
    return value >= 0 && value < Number.MAX_SAFE_INTEGER ? value : Number.POSITIVE_INFINITY;
  };
  const deletes = (configs.get(CLEANUP) ?? 'delete').includes('delete');
  return {
    stamped: configs.get(STAMPED) === 'LogAppendTime',
    aheadMax: Math.min(bound(AHEAD), bound(EITHER)),
    behindMax: Math.min(bound(BEHIND), bound(EITHER)),
    keptMs: deletes ? bound(KEPT) : Number.POSITIVE_INFINITY,
  };
}
