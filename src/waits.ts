/**
 * What a lane's time goes to: making events, waiting until they are due, waiting for room because of something further
 * down. From that follows what kept it from being faster; nothing is guessed from a moment's look.
 */
import type { Clock } from './types.js';

/** What holds back the records that fill the buffer. */
export type Holdup =
  /** Retries back off, nobody leads a partition, or the peer does not read. */
  | 'trouble'
  /** Batches are ready, and may not go before others are answered. */
  | 'held back'
  /** All there is has been sent. */
  | 'under way'
  /** Batches are being compressed. */
  | 'packing';

/** What a lane does or waits for: making events, having nothing due, letting input and output happen, or a holdup. */
export type Spent = 'making' | 'not due' | 'passing' | Holdup;

/** The words of `limitedBy`, most of which name what to look at. */
export const LIMITED_BY = [
  'generator',
  'event loop',
  'compression',
  'buffer full',
  'in-flight limit',
  'broker',
  'acknowledgements',
  'rate',
] as const;
export type LimitedBy = (typeof LIMITED_BY)[number];

/** Shares of the time, adding up to 1. */
export type TimeShares = { readonly [L in LimitedBy]?: number };

/** What else the decision rests on. */
export interface Circumstances {
  /** Records are due at a rate, not as fast as it goes. */
  readonly paced: boolean;
  readonly sync: boolean;
  /** Share of the records that found no room and were turned away. */
  readonly rejected: number;
  /** How many times as long a request takes behind others as alone. */
  readonly queueing: number;
  /** Delivering stands well behind what is due. */
  readonly behind: boolean;
}

/** Waiting for room for less of the time than this is no more than filling the buffer once. */
const WAITED_MIN = 0.1;
/** One that never had nothing to do has not kept up. */
const IDLE_MIN = 0.02;
const REJECTED_MIN = 0.01;
/** Behind others a request takes longer than so many times its time alone: whoever answers works one off after another. */
const QUEUEING = 2;

export class Waits {
  readonly #clock: Clock;
  readonly #ms: { [S in Spent]: number } = {
    making: 0,
    'not due': 0,
    passing: 0,
    trouble: 0,
    'held back': 0,
    'under way': 0,
    packing: 0,
  };
  #at = 0;
  #idleAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(): void {
    this.#at = this.#clock.now();
    this.#idleAt = this.#clock.idleMs?.() ?? 0;
  }

  /**
   * Says what the time since the last call went to. While it waited the event loop may have been busy with sending and
   * answers: that part counts as such. Not so while batches are packed: the packing threads compete with this one for
   * the processors, and a thread that is kept waiting for one looks busy.
   */
  lap(spent: Spent): void {
    const now = this.#clock.now();
    const idle = this.#clock.idleMs?.();
    const passed = now - this.#at;
    this.#at = now;
    const splits = spent !== 'making' && spent !== 'passing' && spent !== 'packing';
    if (!splits || idle === undefined) {
      this.#ms[spent] += passed;
    } else {
      const waited = Math.min(passed, Math.max(0, idle - this.#idleAt));
      this.#ms[spent] += waited;
      this.#ms.passing += passed - waited;
    }
    this.#idleAt = idle ?? 0;
  }

  /** What the time went to, in the words of `limitedBy`. */
  shares({ sync, queueing }: Circumstances): TimeShares {
    const ms = this.#ms;
    const total = Object.values(ms).reduce((sum, one) => sum + one, 0);
    if (total <= 0) return {};
    const shares: { [L in LimitedBy]?: number } = {};
    const add = (word: LimitedBy, spent: Spent) => {
      if (ms[spent] > 0) shares[word] = (shares[word] ?? 0) + ms[spent] / total;
    };
    const queues = queueing > QUEUEING;
    add('generator', 'making');
    add('event loop', 'passing');
    add('rate', 'not due');
    add('compression', 'packing');
    add('broker', 'trouble');
    add(sync ? 'acknowledgements' : queues ? 'broker' : 'in-flight limit', 'held back');
    add(sync ? 'acknowledgements' : queues ? 'broker' : 'buffer full', 'under way');
    return shares;
  }

  /**
   * What kept the lane from being faster: the rate, if making and delivering kept up with it; else what it waited for most, and if it did not
   * wait, what it was busy with most.
   */
  limitedBy(circumstances: Circumstances): LimitedBy {
    const { paced, rejected, behind } = circumstances;
    const shares = this.shares(circumstances);
    const waitedFor: LimitedBy[] = [
      'broker',
      'in-flight limit',
      'buffer full',
      'compression',
      'acknowledgements',
    ];
    const waited = waitedFor.reduce((sum, word) => sum + (shares[word] ?? 0), 0);
    const idle = shares.rate ?? 0;
    if (rejected > REJECTED_MIN) return 'buffer full';
    if (Object.keys(shares).length === 0) return paced ? 'rate' : 'generator';
    if (paced && !behind && idle >= IDLE_MIN && idle > waited) return 'rate';
    // A source with time to spare is not what holds up a backlog, however short the wait for it was so far.
    const isHeldUp = waited > WAITED_MIN || (behind && waited > 0 && idle >= IDLE_MIN);
    return greatest(shares, isHeldUp ? waitedFor : ['generator', 'event loop']);
  }
}

function greatest(shares: TimeShares, among: readonly LimitedBy[]): LimitedBy {
  return among.reduce((most, word) => ((shares[word] ?? 0) > (shares[most] ?? 0) ? word : most));
}
