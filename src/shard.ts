/**
 * One part of a run that several processes or threads make together, without a word between them: each walks through the
 * same whole stream, and makes those events whose keys are its own. So all parts together are the run that one would
 * have made, event for event, at the same due times and up to the same count.
 */
import { keyHash } from './partition.js';
import type { Limits, Shard } from './types.js';

export const WHOLE: Shard = { index: 0, of: 1 };

/** Whether a shard makes an event. `hash` is its key's; where there is no key (−1), its place in the stream decides. */
export function owns({ index, of }: Shard, hash: number, place: number): boolean {
  return (hash >= 0 ? hash : place) % of === index;
}

/** The same for keys as texts. */
export function ownsKey(shard: Shard): (key: string) => boolean {
  return (key) => {
    const bytes = Buffer.from(key);
    return owns(shard, keyHash(bytes, 0, bytes.length), 0);
  };
}

/** Whether a shard makes the record that something was done to: it alone tells of it, though all of them see it. */
export function ownsTruth(shard: Shard, key: string | null, place: number): boolean {
  if (shard.of === 1) return true;
  return key === null ? owns(shard, -1, place) : ownsKey(shard)(key);
}

/** A shard's part of a whole number, so that all the parts add up to it. */
export function shareOf(whole: number, { index, of }: Shard): number {
  return Math.floor((whole * (index + 1)) / of) - Math.floor((whole * index) / of);
}

/** Worker `worker` of `workers` within a shard is a smaller shard of the same whole. */
export function shardWithin({ index, of }: Shard, worker: number, workers: number): Shard {
  return { index: index + of * worker, of: of * workers };
}

/** Which of a shard's workers makes an event, from 0; −1 where it is another shard's. */
export function workerOf({ index, of }: Shard, workers: number, hash: number, place: number): number {
  const author = (hash >= 0 ? hash : place) % (of * workers);
  return author % of === index ? (author - index) / of : -1;
}

/** A run's limits as a shard keeps them. Whose events will be the long ones nobody knows beforehand, so each has an equal part of the bytes; the rest is counted over the whole stream. */
export function limitsOf(limits: Limits, shard: Shard): Limits {
  return limits.bytes === undefined ? limits : { ...limits, bytes: shareOf(limits.bytes, shard) };
}
