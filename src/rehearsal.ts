/**
 * A thread that is to hold a high rate rehearses before the first event is due: it makes events into nowhere as fast as it
 * can. Code that has just begun to run is slow until it is compiled, and a rate near the ceiling leaves little to catch up
 * with: a second's worth of events would come late. The rehearsal's feeds are its own, so the run's events do not know of it.
 */
import { systemClock } from './clock.js';
import { paceSources, planLane } from './lanes.js';
import { loadPart } from './parts.js';
import type { PreparedSource } from './prepare.js';
import { loadRate, meanPerSecond } from './rate.js';
import type { Codec, DriverPart, Profile, Random, Shard, Workload } from './types.js';

/** Slower rates leave enough time to catch up: at 100,000/s 99 % are made within 4 ms without it. */
const REHEARSED_PER_SECOND = 200_000;
/** Over so long the rates are looked at. */
const RATE_MS = 60_000;
const REHEARSAL_MS = 1500;
/** It begins as if events had been due for so long: then the rate holds nothing back. */
const BEHIND_MS = 3_600_000;
/** Their batches are made by the same code as those for nowhere. */
const DRIVERS: ReadonlySet<string> = new Set(['kafka', 'null']);

export interface Rehearsal {
  readonly workload: Workload;
  readonly profile: Profile;
  readonly sources: readonly PreparedSource[];
  readonly codec: Codec | null;
  readonly random: Random;
  readonly shard?: Shard | undefined;
}

/** Returns at once where the workload's rates do not ask for it. Rejects with what a generator throws. */
export async function rehearse({
  workload,
  profile,
  sources,
  codec,
  random,
  shard,
}: Rehearsal): Promise<void> {
  if (!DRIVERS.has(profile.settings.driver) || !(await asksForMuch(workload))) return;
  const nowhere = await loadPart<DriverPart>('drivers', 'null');
  const planned = planLane(profile, nowhere, [], codec, 1, {
    ...{ sources, clock: systemClock, random, warn: () => {} },
    ...(shard === undefined ? {} : { shard }),
  });
  const { lane, topics, sides } = planned;
  await lane.driver.connect([...new Set([...topics, ...sides.keys()])]);
  const startAt = systemClock.now() - BEHIND_MS;
  const paced = paceSources(planned, sources, startAt, random, undefined, shard);
  const timer = systemClock.after(REHEARSAL_MS, () => lane.stop());
  await lane.drive(paced, {}, startAt);
  timer.cancel();
  await lane.driver.close();
  if (lane.failure !== undefined) throw lane.failure;
}

/** Sources without a rate of their own go as fast as they can or as the model lives, and have nothing to be late for. */
async function asksForMuch({ sources }: Workload): Promise<boolean> {
  const rates = await Promise.all(sources.map(({ rate }) => loadRate(rate)));
  const perSecond = rates.map((rate) => (rate === undefined ? 0 : meanPerSecond(rate, RATE_MS)));
  return perSecond.reduce((sum, one) => sum + one, 0) >= REHEARSED_PER_SECOND;
}
