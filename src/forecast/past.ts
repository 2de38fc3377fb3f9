/** What a source that begins in the past has to catch up on before it is live. */
import { comesByItself } from '../backfill.js';
import type { PreparedSource } from '../prepare.js';
import { loadRate } from '../rate.js';
import type { Sample } from './sample.js';

export interface PastForecast {
  /** Epoch ms. */
  readonly start: number;
  /** Events that have happened by now. */
  readonly records: number;
  /** Whether they were counted; else that is what is expected on the mean. */
  readonly counted: boolean;
  /** How fast they are made, events per second; null: as fast as it goes. */
  readonly perSecond: number | null;
}

/** Null for a source that does not begin in the past. */
export async function pastOf(
  { source }: PreparedSource,
  { backfill, ended, calendarPerSecond = 0 }: Sample,
  startAt: number,
): Promise<PastForecast | null> {
  const { start = startAt, speed = 1, fillPerSecond: perSecond = null } = source.time;
  if (backfill === undefined) return null;
  if (ended || backfill.liveFrom !== undefined) {
    return { start, records: backfill.events, counted: true, perSecond };
  }
  const rate = comesByItself(source) ? undefined : await loadRate(source.rate);
  if (rate !== undefined) {
    const counted = rate.arrivals === undefined;
    return { start, records: Math.floor(rate.countBy(startAt - start)), counted, perSecond };
  }
  const mean = ('mean' in source.rate ? source.rate.mean : undefined) ?? calendarPerSecond * speed;
  return { start, records: Math.round((mean * (startAt - start)) / 1000), counted: false, perSecond };
}
