/**
 * A source that began before its run: the events of its past are made first, as fast as it goes or at a rate of their
 * own, with the times at which they would have happened; from the first one on that has not happened yet, each comes
 * when it happens. Both are one line of events, so that nothing is missing and nothing comes twice where they meet.
 */
import { AT_ONCE, type Pace } from './pace.js';
import type { BackfillSnapshot, Feed, Made, WorkloadSource } from './types.js';

/** Whether the times of a source's events are those of the model's own calendar, and so follow from the seed alone. */
export function isSimulated({ time, rate }: WorkloadSource): boolean {
  if (time.kind !== 'backfill') return time.kind === 'simulated';
  return comesByItself({ rate }) && !('mean' in rate && rate.mean !== undefined) && (time.speed ?? 1) === 1;
}

/** Whether the model says when the events of a back-fill happen, and not a formula: then `max` means as soon as they have. */
export function comesByItself({ rate }: Pick<WorkloadSource, 'rate'>): boolean {
  return rate.kind === 'natural' || rate.kind === 'max';
}

/** Has events made at the time at which they happen, whenever the run gets to making them. */
export class PastFeed implements Feed {
  readonly fields?: NonNullable<Feed['fields']>;
  readonly sides?: NonNullable<Feed['sides']>;
  readonly perSecond?: number;
  readonly nextAt?: () => number;
  /** When the next event happens, epoch ms. */
  at = 0;
  readonly #feed: Feed;

  constructor(feed: Feed) {
    this.#feed = feed;
    if (feed.fields !== undefined) this.fields = feed.fields;
    if (feed.sides !== undefined) this.sides = feed.sides;
    if (feed.perSecond !== undefined) this.perSecond = feed.perSecond;
    if (feed.nextAt !== undefined) this.nextAt = () => feed.nextAt!();
  }

  next(): Made {
    return this.#feed.next(this.at);
  }
}

export interface BackfillOptions {
  /** When the events happen, from the beginning in the past on. */
  readonly line: Pace;
  /** How fast those are made that have happened already. */
  readonly fill: Pace;
  readonly feed: PastFeed;
  /** Where the line begins, epoch ms. */
  readonly start: number;
  readonly startAt: number;
  readonly now: () => number;
}

export class BackfillPace implements Pace {
  readonly #options: BackfillOptions;
  readonly #line: Pace;
  readonly #fill: Pace;
  /** The clock is read only when the line has come as far as it was then. */
  #now: number;
  #made = 0;
  #live: { readonly from: number; readonly events: number } | null = null;

  constructor(options: BackfillOptions) {
    this.#options = options;
    this.#line = options.line;
    this.#fill = options.fill;
    this.#now = options.startAt;
  }

  nextDueAt(): number {
    const at = this.#line.nextDueAt();
    this.#options.feed.at = at;
    if (this.#live !== null) return at;
    if (at > this.#now) {
      this.#now = this.#options.now();
      if (at > this.#now) {
        this.#live = { from: this.#now, events: this.#made };
        return at;
      }
    }
    const due = this.#fill.nextDueAt();
    // Of several sources the one whose events are the oldest goes first, so that all come out of the past together.
    return due < 0 ? AT_ONCE + at : due;
  }

  advance(): void {
    this.#made++;
    this.#line.advance();
    if (this.#live === null) this.#fill.advance();
  }

  dueBy(time: number): number {
    const happened = this.#line.dueBy(time);
    return this.#live === null ? Math.min(happened, this.#fill.dueBy(time)) : happened;
  }

  surelyDueBy(time: number): number {
    if (this.#live === null) return this.dueBy(time);
    return this.#line.surelyDueBy?.(time) ?? this.#line.dueBy(time);
  }

  perSecondAt(time: number): number {
    return (this.#live === null ? this.#fill : this.#line).perSecondAt(time);
  }

  turned(at: number): void {
    this.#line.turned?.(at);
    this.#fill.turned?.(at);
  }

  backfill(): BackfillSnapshot {
    const { start } = this.#options;
    if (this.#live !== null)
      return { start, events: this.#live.events, liveFrom: Math.floor(this.#live.from) };
    return { start, events: this.#made, reached: Math.floor(Math.max(start, this.#options.feed.at)) };
  }
}
