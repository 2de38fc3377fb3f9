/** Whether delivering keeps up with what is due, or a backlog has grown, and what a source with nothing due waits for then. */
import type { Dispatcher } from './dispatcher.js';
import { askedFor } from './horizon.js';
import type { Pace } from './pace.js';
import type { Tally } from './tally.js';
import type { ProfileSettings } from './types.js';
import type { Circumstances, Spent } from './waits.js';

export interface Delivering {
  /** Records due so far. */
  readonly due: number;
  /** Of those, the ones that have no fate yet, made or not. */
  readonly open: number;
  /** Since the first could be due. */
  readonly elapsedMs: number;
  /** Asked for at this moment; infinite or 0 where no rate says. */
  readonly perSecond: number;
  readonly lingerMs: number;
  /** How long a request usually takes. */
  readonly requestMs: number;
}

/** A request may wait for others under way before it, and they for theirs. */
const REQUESTS = 4;
/** A moment's stall of the machine is no backlog: so much of the time since the start, within these bounds. */
const STALL_SHARE = 0.05;
const STALL_MS_MIN = 250;
const STALL_MS_MAX = 1000;

/** Whether more is open than lingering, requests and a moment's stall explain. */
export function isBehind({ due, open, elapsedMs, perSecond, lingerMs, requestMs }: Delivering): boolean {
  if (due <= 0 || elapsedMs <= 0) return false;
  const mean = due / elapsedMs;
  // After a lull, or in a rush, the rate of the moment says better how long what is open takes to come due.
  const perMs = Number.isFinite(perSecond) ? Math.max(mean, perSecond / 1000) : mean;
  const stallMs = Math.min(STALL_MS_MAX, Math.max(STALL_MS_MIN, STALL_SHARE * elapsedMs));
  return open / perMs > lingerMs + REQUESTS * requestMs + stallMs;
}

/** How often it is looked whether what was made gets away. */
const LOOK_EVERY_MS = 50;

export interface BacklogOptions {
  readonly settings: ProfileSettings;
  readonly tally: Tally;
  readonly dispatcher: Dispatcher;
  /** Records due by a time, epoch ms. */
  readonly dueBy: (now: number) => number;
}

/** What is due and has not got away: with it, it is not the rate alone that leaves a source idle, though the buffer has room. */
export class Backlog {
  readonly #options: BacklogOptions;
  #paces: readonly { readonly pace: Pace }[] = [];
  #startAt = 0;
  #shards = 1;
  #spent: Spent = 'not due';
  #lookedAt = 0;
  #retries = 0;
  /** Whether it stood when making ended; null until then. */
  #left: boolean | null = null;

  constructor(options: BacklogOptions) {
    this.#options = options;
  }

  /** One of so many shards makes the events of these paces. */
  start(paces: readonly { readonly pace: Pace }[], startAt: number, shards: number): void {
    this.#paces = paces;
    this.#startAt = startAt;
    this.#shards = shards;
  }

  /** Nothing more is made. */
  end(now: number): void {
    this.#left = this.#stands(now);
  }

  /** What the time went to that was slept until `now`, since nothing was due. */
  spent(now: number): Spent {
    if (now - this.#lookedAt >= LOOK_EVERY_MS) {
      this.#lookedAt = now;
      this.#spent = this.#look(now);
    }
    return this.#spent;
  }

  #look(now: number): Spent {
    const { tally, dispatcher } = this.#options;
    const retried = tally.retries > this.#retries;
    this.#retries = tally.retries;
    if (!this.#stands(now)) return 'not due';
    const { holdup } = dispatcher;
    // All is sent and the buffer has room: whoever answers is what it waits for.
    return retried || holdup === 'under way' ? 'trouble' : holdup;
  }

  #stands(now: number): boolean {
    const { settings, tally, dispatcher, dueBy } = this.#options;
    const due = dueBy(now);
    return isBehind({
      due,
      open: due - tally.madeCount + tally.pending,
      elapsedMs: now - this.#startAt,
      perSecond: askedFor(this.#paces, now) / this.#shards,
      lingerMs: settings.lingerMs,
      requestMs: dispatcher.requestMs,
    });
  }

  /** What is to be known beside the shares of the time. */
  circumstances(now: number): Circumstances {
    const { settings, tally, dispatcher } = this.#options;
    return {
      paced: this.#paces.some(({ pace }) => pace.nextDueAt() >= 0),
      sync: settings.mode === 'sync',
      rejected: (tally.errors.get('BUFFER_FULL') ?? 0) / (tally.madeCount || 1),
      queueing: dispatcher.queueing,
      behind: this.#left ?? this.#stands(now),
    };
  }
}
