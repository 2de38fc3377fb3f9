/** From snapshots to what happened between them: rates, and latencies of what was settled meanwhile. */
import { sentCount } from '../conclusion.js';
import type { HistogramSnapshot, LiveSnapshot, Snapshot } from '../types.js';
import { isBounded } from './rows.js';
import type { Moment, Point } from './shapes.js';

interface Reading {
  readonly at: number;
  readonly sent: number;
  readonly retries: number;
  readonly latency: HistogramSnapshot;
}

const SHARES = [0.5, 0.95, 0.99, 1] as const;

export class Meter {
  #before: readonly Reading[] = [];

  /** What happened since the snapshot before; since the start, for the first one. */
  read(snapshot: Snapshot): Moment {
    const at = snapshot.elapsedSeconds;
    const points = snapshot.profiles.map((live, index) =>
      pointOf(live, isBounded(snapshot), at, this.#before[index]),
    );
    this.#before = snapshot.profiles.map((live) => ({
      at,
      sent: sentCount(live.profile),
      retries: live.profile.retries,
      latency: live.latency.total,
    }));
    return { at, points };
  }
}

function pointOf(live: LiveSnapshot, bounded: boolean, at: number, before: Reading | undefined): Point {
  const seconds = at - (before?.at ?? 0);
  const per = (now: number, then = 0) => (seconds > 0 ? rounded((now - then) / seconds) : 0);
  const [p50, p95, p99, max] = percentilesSince(before?.latency, live.latency.total, SHARES);
  return {
    rate: per(sentCount(live.profile), before?.sent),
    asked: bounded ? rounded(live.targetRecordsPerSecond) : null,
    p50: p50!,
    p95: p95!,
    p99: p99!,
    max: max!,
    buffer: live.bufferBytes,
    retries: per(live.profile.retries, before?.retries),
  };
}

/** Upper ends (ms) of the buckets that hold these shares of what came between two snapshots of one histogram; null where nothing came. */
export function percentilesSince(
  before: HistogramSnapshot | undefined,
  after: HistogramSnapshot,
  shares: readonly number[],
): (number | null)[] {
  const count = after.count - (before?.count ?? 0);
  if (count <= 0) return shares.map(() => null);
  const then = new Map(before?.bounds.map((bound, index) => [bound, before.counts[index]!]));
  const found: (number | null)[] = [];
  let seen = 0;
  let bucket = -1;
  for (const share of shares) {
    const wanted = Math.max(1, Math.ceil(share * count));
    while (seen < wanted && bucket < after.bounds.length - 1) {
      bucket++;
      seen += after.counts[bucket]! - (then.get(after.bounds[bucket]!) ?? 0);
    }
    found.push(rounded(after.bounds[bucket]!));
  }
  return found;
}

/** Three decimals are enough for microseconds, and keep the stream short. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
