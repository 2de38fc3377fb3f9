/** A source that begins in the past, driven by hand: a machine that takes a while for each event, and a clock that goes on meanwhile. */
import { prepareSource } from '../../src/prepare.js';
import { createRandom } from '../../src/random.js';
import type { BackfillSnapshot, RateSpec, SourceTime } from '../../src/types.js';
import { source } from './workloads.js';

export const NOW = Date.UTC(2026, 2, 3, 15, 30);

export interface Past {
  readonly generator: string;
  readonly rate: RateSpec;
  readonly agoMs: number;
  readonly options?: Readonly<{ [name: string]: unknown }>;
  readonly time?: Partial<SourceTime>;
  /** What the clock says when it begins; `agoMs` counts from NOW all the same. */
  readonly startAt?: number;
  /** What making the n-th event takes, ms. */
  readonly costMs: (n: number) => number;
  readonly count: number;
}

export interface MadeEvent {
  /** As it is written. */
  readonly text: string;
  /** Its own time. */
  readonly timestamp: number;
  /** When it was due, and when it was made; by the clock. */
  readonly dueAt: number;
  readonly madeAt: number;
  /** Whether it was made as one of the past. */
  readonly past: boolean;
}

export async function driven(past: Past): Promise<{ events: MadeEvent[]; backfill: BackfillSnapshot }> {
  const { generator, rate, agoMs, options = {}, startAt = NOW, costMs, count } = past;
  const time = { kind: 'backfill', start: NOW - agoMs, ...past.time } as const;
  const prepared = await prepareSource(source(generator, { rate, options, time }), 'test', createRandom(5));
  const { feed, serializer, pace: paceFrom } = prepared.open();
  let now = startAt;
  const pace = paceFrom(startAt, undefined, () => now);
  const buffer = Buffer.alloc(64 * 1024);
  const events: MadeEvent[] = [];
  for (let n = 0; n < count; n++) {
    const due = pace.nextDueAt();
    if (due === Number.POSITIVE_INFINITY) break;
    const isPast = pace.backfill!().liveFrom === undefined;
    if (due > now) now = due;
    const made = feed.next(due < 0 ? now : due);
    const text = buffer.toString('utf8', 0, serializer.write(made.value, buffer, 0));
    events.push({
      text,
      timestamp: made.timestamp,
      dueAt: due < 0 ? now : due,
      madeAt: now,
      past: isPast,
    });
    pace.advance();
    now += costMs(n);
  }
  return { events, backfill: pace.backfill!() };
}
