/** Composition: the topics that a run writes to, made where they are missing, and looked at for what they make of its events. */
import { EventmillError } from './errors.js';
import { type EventSpan, spanOf, troublesOf } from './event-times.js';
import { plural } from './figures.js';
import { DEFAULT_PARTITIONS, type PlannedLane } from './lanes.js';
import { persist } from './patience.js';
import type { PreparedSource } from './prepare.js';
import type { RunRequest } from './request.js';
import { isAway } from './transport/refusals.js';
import type { Bootstrap, Clock } from './types.js';

export interface Destinations {
  readonly request: RunRequest;
  readonly sources: readonly PreparedSource[];
  readonly planned: readonly PlannedLane[];
  readonly at: Bootstrap;
  readonly clock: Clock;
  readonly warn: (text: string) => void;
}

/** A line for each topic. Throws TOPIC where one cannot be had, or would refuse the first events. */
export async function readyTopics(destinations: Destinations): Promise<string[]> {
  const { ensureTopics } = await import('./topics/index.js');
  const { request, planned, at, clock, warn } = destinations;
  const { partitions, replicationFactor, createTopics = true } = request;
  const now = clock.now();
  const sending = planned.filter(({ needsBrokers }) => needsBrokers);
  const compacted = new Map(sending.flatMap(({ sides }) => [...sides]));
  const names = new Set(sending.flatMap(({ topics, sides }) => [...topics, ...sides.keys()]));
  const spans = spansByTopic(sending, destinations);
  const begins = (name: string) => Math.min(...(spans.get(name) ?? []).map(({ from }) => from));
  const wanted = [...names].map((name) => ({
    name,
    ...configOf(compacted.get(name) === true, begins(name) < now),
    partitions: partitions ?? DEFAULT_PARTITIONS,
    partitionsAreDefault: partitions === undefined,
    ...(replicationFactor === undefined ? {} : { replicationFactor }),
  }));
  const options = { create: createTopics, security: at.security, created: new Set<string>() };
  const patiently = { clock, warn, mayPass: isAway };
  const topics = await persist(() => ensureTopics(at.brokers, wanted, options), patiently);
  await persist(() => checkTimes(spans, destinations), patiently);
  return topics.map(({ name, partitions: count, created }) => {
    const old = created && begins(name) < now && compacted.get(name) !== true;
    const kept = old ? ' with retention.ms=-1, as its events are from the past' : '';
    return `topic: ${name}, ${plural(count, 'partition')}${created ? `, created${kept}` : ''}`;
  });
}

/** A topic for events of the past must not delete them for their age. */
function configOf(compacted: boolean, old: boolean): { config?: { [name: string]: string } } {
  if (compacted) return { config: { 'cleanup.policy': 'compact' } };
  return old ? { config: { 'retention.ms': '-1' } } : {};
}

/** Which sources of times of their own write to which topic. Side topics hold what has no time, or is compacted. */
function spansByTopic(
  sending: readonly PlannedLane[],
  { request, sources, clock }: Destinations,
): ReadonlyMap<string, readonly EventSpan[]> {
  const spans = new Map<string, EventSpan[]>();
  const ofSources = sources.map(({ source, open }) => {
    // Only a calendar without an end has to be asked how fast it fills.
    const perSecond = source.time.kind === 'simulated' ? open().feed.perSecond : undefined;
    return spanOf(source, request.workload.limits, perSecond, clock.now());
  });
  for (const { topics } of sending) {
    topics.forEach((topic, i) => {
      const span = ofSources[i];
      if (span !== undefined) spans.set(topic, [...(spans.get(topic) ?? []), span]);
    });
  }
  return spans;
}

/** Warns of events that will not last, and throws TOPIC, with a line each, for those that would be refused. */
async function checkTimes(
  spans: ReadonlyMap<string, readonly EventSpan[]>,
  { at, clock, warn }: Destinations,
): Promise<void> {
  if (spans.size === 0) return;
  const { topicTimes } = await import('./topics/times.js');
  const times = await topicTimes(at, [...spans.keys()]);
  const troubles = [...spans].flatMap(([topic, ofTopic]) => {
    const known = times.get(topic);
    return known === undefined ? [] : ofTopic.flatMap((span) => troublesOf(topic, known, span, clock.now()));
  });
  const refused = troubles.filter((trouble) => trouble.refused);
  if (refused.length > 0) throw new EventmillError('TOPIC', refused.map(({ text }) => text).join('\n'));
  for (const { text } of troubles) warn(text);
}
