/** Whether all partitions of the topics asked for have a leader, which new ones lack for a moment. */
import type { TopicMetadata } from '../protocol/messages.js';

/** The first of the topics by name that cannot be written to yet; a topic that the broker left out is one. */
export function firstUnled(
  names: Iterable<string>,
  told: readonly TopicMetadata[],
): TopicMetadata | undefined {
  for (const name of names) {
    const topic = told.find((one) => one.name === name) ?? untold(name);
    if (isUnled(topic)) return topic;
  }
  return undefined;
}

/** What the broker should have told, as it tells of a topic that is just being made. */
function untold(name: string): TopicMetadata {
  return { error: 0, name, partitions: [] };
}

function isUnled({ error, partitions }: TopicMetadata): boolean {
  return error !== 0 || partitions.length === 0 || partitions.some(({ leader }) => leader < 0);
}
