/** When a source's events come: its pace, from its rate, its time and what its model says. */
import { BackfillPace, comesByItself, isSimulated, PastFeed } from './backfill.js';
import type { Dial } from './dial.js';
import { EventmillError } from './errors.js';
import { MaxPace, NaturalPace, type Pace, RatePace, UntilPace } from './pace.js';
import { createConstant, meanPerSecond, weightOf } from './rate.js';
import type { Feed, ModelTime, Random, Rate, RateSpec, WorkloadSource } from './types.js';

/** With a dial, the rate follows it. `now` tells a back-fill what has happened; without it time stands still at `startAt`. */
export type PaceFrom = (startAt: number, dial?: Dial, now?: () => number) => Pace;

/** Live models live in a calendar of their own, so that what they make does not depend on the day of the run: a Monday. */
const LIVE_START = Date.UTC(2024, 0, 8);

/** Long enough for the mean of a rate that swings. */
const PACE_OVER_MS = 7 * 86_400_000;

export function modelTime(source: WorkloadSource): ModelTime {
  const { time, rate } = source;
  const simulated = isSimulated(source);
  const own = simulated || rate.kind === 'natural' || rate.kind === 'max';
  return {
    kind: simulated ? 'simulated' : 'live',
    pace: own ? 'own' : 'asked',
    start: (simulated ? time.start : undefined) ?? LIVE_START,
    speed: time.speed ?? 1,
  };
}

/** What a pace follows from, beside the feed and the moment at which it begins. */
export interface Pacing {
  readonly source: WorkloadSource;
  readonly rate: Rate | undefined;
  readonly model: ModelTime;
  readonly random: Random;
}

interface Asking extends Pacing {
  readonly feed: Feed;
  readonly startAt: number;
  readonly dial: Dial | undefined;
}

/** A feed as its pace asks it for events, and that pace. */
export function paced(feed: Feed, pacing: Pacing): { readonly feed: Feed; readonly pace: PaceFrom } {
  if (pacing.source.time.kind !== 'backfill') {
    return { feed, pace: (startAt, dial) => paceOf({ ...pacing, feed, startAt, dial }) };
  }
  const past = new PastFeed(feed);
  return {
    feed: past,
    pace: (startAt, dial, now = () => startAt) => backfillOf({ ...pacing, feed, startAt, dial }, past, now),
  };
}

/** Throws CONFIG where a source's rate and time ask for what its generator cannot have. */
export function checkPacing(source: WorkloadSource, feed: Feed, rate: Rate | undefined, where: string): void {
  checkClock(feed, source);
  checkFill(source, rate, feed, where);
}

function checkClock(feed: Feed, { name, rate, time }: WorkloadSource): void {
  if (feed.nextAt !== undefined) return;
  const byItself = time.kind === 'backfill' && comesByItself({ rate });
  const wants =
    rate.kind === 'natural' || byItself
      ? `rate "${rate.kind}"`
      : time.kind === 'simulated'
        ? 'simulated time'
        : undefined;
  if (wants === undefined) return;
  throw new EventmillError(
    'CONFIG',
    `source ${name}: ${wants} needs a generator with a clock of its own (nextAt), which this one has not; give a rate such as "100/s" and live time`,
  );
}

/** The pace of a source that began in the past: when its events happen, as that of a live one that began then, and how fast those are made that have. */
function backfillOf(asking: Asking, past: PastFeed, now: () => number): Pace {
  const { source, startAt, dial } = asking;
  const { start = startAt, fillPerSecond } = source.time;
  const rate: RateSpec = comesByItself(source) ? { kind: 'natural' } : source.rate;
  const line = paceOf({ ...asking, source: { ...source, rate }, startAt: start });
  const fill =
    fillPerSecond === undefined
      ? new MaxPace(1, dial)
      : new RatePace(createConstant(fillPerSecond), startAt, dial);
  return new BackfillPace({ line, fill, feed: past, start, startAt, now });
}

/** A past that is made no faster than it grows never ends. */
function checkFill(
  { name, rate: spec, time }: WorkloadSource,
  rate: Rate | undefined,
  feed: Feed,
  where: string,
) {
  const { fillPerSecond, speed = 1 } = time;
  if (fillPerSecond === undefined) return;
  const asked = 'mean' in spec ? spec.mean : undefined;
  const mean =
    rate === undefined ? (asked ?? (feed.perSecond ?? 0) * speed) : meanPerSecond(rate, PACE_OVER_MS);
  if (fillPerSecond > mean) return;
  throw new EventmillError(
    'CONFIG',
    `${where}: sources.${name}.time.fillRate: expected more than the ${mean}/s at which its events happen, got ${fillPerSecond}/s, which would never catch up; raise it, or leave it out for as fast as it goes`,
  );
}

function paceOf({ source, feed, rate, model, startAt, random, dial }: Asking): Pace {
  const { time } = source;
  const until = time.until === undefined ? {} : { until: time.until };
  const turning = dial === undefined ? {} : { dial };
  const natural = (speed: number) =>
    new NaturalPace({ feed, startAt, modelStart: model.start, speed, ...until, ...turning });
  if (time.kind === 'simulated' && time.speed !== undefined) return natural(time.speed);
  if (source.rate.kind === 'natural') return natural(model.speed);
  const pace =
    rate === undefined ? new MaxPace(weightOf(source.rate), dial) : new RatePace(rate, startAt, dial, random);
  return time.until === undefined ? pace : new UntilPace(pace, feed, time.until);
}

/** How much faster than life the model's calendar passes, so that its mean rate is the one asked for; undefined when none was. */
export function naturalSpeed({ rate }: WorkloadSource, feed: Feed): number | undefined {
  const mean = 'mean' in rate ? rate.mean : undefined;
  return mean === undefined || feed.perSecond === undefined ? undefined : mean / feed.perSecond;
}
