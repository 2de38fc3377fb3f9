/** Deleting topics that a comparison has made for itself. */
import { systemClock } from '../clock.js';
import { rootOf } from '../kafkajs-fault.js';
import type { Clock, Security } from '../types.js';
import { withAdmin } from './admin.js';

const DELETE_MS_MAX = 4_000;

/** Deletes those of the named topics that exist. Rejects when the broker refuses. */
export function deleteTopics(
  brokers: readonly string[],
  names: readonly string[],
  clock: Clock = systemClock,
  security?: Security,
): Promise<void> {
  return withAdmin({ brokers, clock, security }, async ({ ask }) => {
    const there = await ask((admin) => admin.listTopics());
    const topics = names.filter((name) => there.includes(name));
    if (topics.length === 0) return;
    try {
      await ask((admin) => admin.deleteTopics({ topics, timeout: DELETE_MS_MAX }));
    } catch (error) {
      // It takes its time, or somebody else was quicker: either way the topic goes.
      const { name, type } = rootOf(error);
      const going = name === 'KafkaJSRequestTimeoutError' || type === 'REQUEST_TIMED_OUT';
      if (!going && type !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
    }
  });
}
