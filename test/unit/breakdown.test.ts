import { expect, it } from 'vitest';
import { breakdowns } from '../../src/breakdown.js';
import type { Snapshot, TopicSnapshot } from '../../src/types.js';
import { snapshot } from '../support/snapshots.js';

const PLAIN = { framed: false, color: false };

it('shows each kind asked for once, over all profiles', () => {
  const shown = snapshot([
    { name: 'async', acked: 1000 },
    { name: 'sync', acked: 10 },
  ]);
  const text = breakdowns(shown, ['batches', 'latency', 'batches'], PLAIN);
  expect(text.match(/^profile /gm)).toHaveLength(1);
  expect(text).toMatch(/^async +\d/m);
  expect(text).toMatch(/^sync +\d/m);
  expect(text).toMatch(/^mean of +schedule +buffer +compression +retry +request +total$/m);
});

it('gives every partition its share, also those without any', () => {
  const text = breakdowns(
    withTopic({ partitions: 3, records: 4, written: { '0': 1, '2': 3 } }),
    ['partitions'],
    PLAIN,
  );
  expect(
    text
      .split('\n')
      .slice(2)
      .map((line) => line.split(/ +/).join(' ')),
  ).toEqual(['t 0 1 25 %', 't 1 0 0 %', 't 2 3 75 %']);
});

it('does not say where records are that the driver has dealt out itself', () => {
  const text = breakdowns(withTopic({ partitions: 3, records: 4, written: {} }), ['partitions'], PLAIN);
  expect(
    text
      .split('\n')
      .slice(2)
      .map((line) => line.split(/ +/).join(' ')),
  ).toEqual(['t – 4 –']);
});

it('has a dash for what there is nothing of', () => {
  const text = breakdowns(withTopic({ partitions: 1, records: 0, written: {} }), ['partitions'], PLAIN);
  expect(text).toMatch(/t +0 +0 +–$/);
});

function withTopic(topic: Pick<TopicSnapshot, 'partitions' | 'records' | 'written'>): Snapshot {
  const one = snapshot([{}]);
  const live = one.profiles[0]!;
  const { fates } = live.profile.topics[Object.keys(live.profile.topics)[0]!]!;
  const topics = { t: { offsets: {}, fates, due: topic.records, ...topic } };
  return { ...one, profiles: [{ ...live, profile: { ...live.profile, topics } }] };
}
