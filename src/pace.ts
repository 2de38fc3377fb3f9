/**
 * When events are due. Open loop: an event's due time follows from the rate alone, so that a late loop finds more due
 * and never loses the time it lost.
 */
import { ArrivalCount, type Arrivals, surely } from './arrivals.js';
import { type Dial, DialledRate, fromOf } from './dial.js';
import type { BackfillSnapshot, Feed, Random, Rate } from './types.js';

/** When one source's next event is due. */
export interface Pace {
  /**
   * Epoch ms of the next event's due time; Infinity when there are no more. A negative number: at once, as fast as it
   * goes; of several such sources the one with the least number comes first.
   */
  nextDueAt(): number;
  /** The event was made. */
  advance(): void;
  /** How many events were due by then, from the start; for paces without a plan, how many were made. */
  dueBy(time: number): number;
  /** As many will be due by then whatever chance brings, for plans ahead; as `dueBy` unless arrivals are by chance. */
  surelyDueBy?(time: number): number;
  /** The rate asked for now, events per second; 0 when there is none. */
  perSecondAt(time: number): number;
  /** The dial was turned at that time: what was worked out beyond it does not hold any more. */
  turned?(at: number): void;
  /** How far it has come out of the past, where it began there. */
  backfill?(): BackfillSnapshot;
}

/** The step (ms) within which a rate counts as straight, so that due times do not depend on when anybody asks. */
const CELL_MS = 1;
/** Ten years of cells: a rate that makes nothing for so long has stopped. */
const CELLS_MAX = 3.2e11 / CELL_MS;
/** Rounding of k/R must not put the last event of a second behind its end. */
const TINY = 1e-6;

/** A rate's integral, turned round: event k is due when the count reaches k, or the place that chance gave it. */
export class RatePace implements Pace {
  readonly #rate: Rate;
  readonly #startAt: number;
  #cell = 0;
  #countBefore = 0;
  #countAfter: number;
  /** Nothing will be due any more. */
  #stopped = false;
  /** By chance; null where the whole numbers are the places. */
  readonly #arrivals: Arrivals | null = null;
  readonly #arrived: ArrivalCount | null = null;
  #place = 1;

  constructor(rate: Rate, startAt: number, dial?: Dial, random?: Random) {
    if (rate.arrivals !== undefined && random !== undefined) {
      const begin = () => rate.arrivals!(random.fork('arrivals'));
      this.#arrivals = begin();
      this.#arrived = new ArrivalCount(begin);
      this.#place = this.#arrivals();
    }
    this.#rate = dial === undefined ? rate : new DialledRate(rate, dial, startAt);
    this.#startAt = startAt;
    this.#countAfter = this.#rate.countBy(CELL_MS);
  }

  nextDueAt(): number {
    const wanted = this.#place - TINY;
    if (this.#countAfter < wanted) this.#seek(wanted);
    if (this.#countAfter < wanted) return Number.POSITIVE_INFINITY;
    const share = (wanted - this.#countBefore) / (this.#countAfter - this.#countBefore);
    return this.#startAt + (this.#cell + share) * CELL_MS;
  }

  /** Moves on to the first cell in which the count reaches `wanted`: in growing steps, then by halves, so that hours of nothing cost little. */
  #seek(wanted: number): void {
    if (this.#stopped) return;
    const countAfter = (cell: number) => this.#rate.countBy((cell + 1) * CELL_MS);
    let below = this.#cell;
    let step = 1;
    while (countAfter(below + step) < wanted) {
      below += step;
      step *= 2;
      this.#stopped = step > CELLS_MAX;
      if (this.#stopped) return;
    }
    let reached = below + step;
    while (reached - below > 1) {
      const middle = Math.floor((below + reached) / 2);
      if (countAfter(middle) < wanted) below = middle;
      else reached = middle;
    }
    this.#cell = reached;
    this.#countBefore = countAfter(below);
    this.#countAfter = countAfter(reached);
  }

  advance(): void {
    this.#place = this.#arrivals === null ? this.#place + 1 : this.#arrivals();
  }

  dueBy(time: number): number {
    const count = this.#rate.countBy(Math.max(0, time - this.#startAt)) + TINY;
    return this.#arrived === null ? Math.floor(count) : this.#arrived.by(count);
  }

  surelyDueBy(time: number): number {
    if (this.#arrived === null) return this.dueBy(time);
    return Math.floor(surely(this.#rate.countBy(Math.max(0, time - this.#startAt))));
  }

  perSecondAt(time: number): number {
    return this.#rate.perSecondAt(Math.max(0, time - this.#startAt));
  }

  turned(at: number): void {
    this.#stopped = false;
    const cell = Math.floor(fromOf(at, this.#startAt) / CELL_MS);
    if (this.#cell < cell) return;
    this.#cell = cell;
    this.#countBefore = this.#rate.countBy(cell * CELL_MS);
    this.#countAfter = this.#rate.countBy((cell + 1) * CELL_MS);
  }
}

/** Far before any time there is: where due times of paces without a clock begin. */
export const AT_ONCE = -1e15;

/** As fast as it goes; several sources keep the proportion of their weights. A dial can only pause it. */
export class MaxPace implements Pace {
  readonly #weight: number;
  readonly #dial: Dial | undefined;
  #made = 0;
  #paused: boolean;

  constructor(weight: number, dial?: Dial) {
    this.#weight = weight;
    this.#dial = dial;
    this.#paused = dial?.factor === 0;
  }

  turned(): void {
    this.#paused = this.#dial?.factor === 0;
  }

  nextDueAt(): number {
    if (this.#paused) return Number.POSITIVE_INFINITY;
    return AT_ONCE + this.#made / this.#weight;
  }

  advance(): void {
    this.#made++;
  }

  dueBy(): number {
    return this.#made;
  }

  perSecondAt(): number {
    return 0;
  }
}

/**
 * The model's own arrivals: its calendar mapped onto the wall clock, `speed` times as fast. An event is known to be due
 * only once the one before it was made, so what was due equals what was made until the loop has caught up.
 */
export class NaturalPace implements Pace {
  readonly #feed: Feed;
  readonly #startAt: number;
  readonly #modelStart: number;
  readonly #speed: number;
  readonly #untilModel: number;
  /** Milliseconds that have passed for the model, before its speed. */
  readonly #passed: DialledRate | undefined;
  #made = 0;

  constructor(options: {
    feed: Feed;
    startAt: number;
    modelStart: number;
    speed: number;
    until?: number;
    dial?: Dial;
  }) {
    const { dial, startAt } = options;
    this.#passed = dial === undefined ? undefined : new DialledRate(ONE_PER_MS, dial, startAt);
    this.#feed = options.feed;
    this.#startAt = options.startAt;
    this.#modelStart = options.modelStart;
    this.#speed = options.speed;
    this.#untilModel = options.until ?? Number.POSITIVE_INFINITY;
  }

  nextDueAt(): number {
    const at = this.#feed.nextAt?.() ?? Number.POSITIVE_INFINITY;
    if (at >= this.#untilModel) return Number.POSITIVE_INFINITY;
    const passed = (at - this.#modelStart) / this.#speed;
    return this.#startAt + (this.#passed?.whenCount(passed) ?? passed);
  }

  advance(): void {
    this.#made++;
  }

  dueBy(): number {
    return this.#made;
  }

  perSecondAt(time: number): number {
    const factor = this.#passed === undefined ? 1 : this.#passed.perSecondAt(time - this.#startAt) / 1000;
    return (this.#feed.perSecond ?? 0) * this.#speed * factor;
  }
}

const ONE_PER_MS: Rate = { countBy: (elapsedMs) => elapsedMs, perSecondAt: () => 1000 };

/** Ends a pace when the model's calendar reaches a time: `until` in simulated time with a rate of its own. */
export class UntilPace implements Pace {
  readonly #pace: Pace;
  readonly #feed: Feed;
  readonly #until: number;
  #made = 0;

  constructor(pace: Pace, feed: Feed, until: number) {
    this.#pace = pace;
    this.#feed = feed;
    this.#until = until;
  }

  nextDueAt(): number {
    return this.#ended() ? Number.POSITIVE_INFINITY : this.#pace.nextDueAt();
  }

  advance(): void {
    this.#made++;
    this.#pace.advance();
  }

  dueBy(time: number): number {
    return this.#ended() ? this.#made : this.#pace.dueBy(time);
  }

  surelyDueBy(time: number): number {
    return this.#pace.surelyDueBy?.(time) ?? this.dueBy(time);
  }

  perSecondAt(time: number): number {
    return this.#ended() ? 0 : this.#pace.perSecondAt(time);
  }

  turned(at: number): void {
    this.#pace.turned?.(at);
  }

  #ended(): boolean {
    return (this.#feed.nextAt?.() ?? Number.NEGATIVE_INFINITY) >= this.#until;
  }
}
