/**
 * Long because the states that a partition goes through only make sense together.
 *
 * Sends closed batches, again if need be, until each has met its fate. Batches for one leader go together in one
 * request; a bounded number of requests is under way per leader; order within a partition is kept across retries.
 *
 * Non-obvious: a broker takes any first sequence number of a producer it does not know. One inversion before the first
 * acknowledgement would lose the earlier batch for good, so a partition has one request under way until it is proven,
 * and again after any failure: what is under way is drained, then everything is sent again in sequence order.
 *
 * A batch that the broker finds too large was not stored, and nothing behind it was: two halves take its place, with the
 * sequence numbers that it had, until single records are left, which fail. The size is remembered, so that those behind
 * it, which were refused for their sequence numbers, and later ones are split before they are sent; size-limit.ts says
 * when a refusal is not believed.
 */
import type { Accumulator } from './accumulator.js';
import { type PendingBatch, SEQUENCE_MASK } from './batch.js';
import { Deadlines } from './deadlines.js';
import { holdupOf, RequestTimes } from './holdup.js';
import { Leader } from './leader.js';
import type { PartitionQueue } from './partition-queue.js';
import type { Tally } from './tally.js';
import type { Clock, Driver, Fate, Outcome, ProfileSettings, Random, Timer } from './types.js';
import type { Holdup } from './waits.js';

/** Larger requests gain nothing and hold up the ones behind them; brokers take 1 MiB and more by default. */
const REQUEST_BYTES = 512 * 1024;
/** For a batch that a driver said nothing of. */
const UNTOLD: Outcome = { code: 'DRIVER_FAILED', retriable: true, offset: -1 };
/** How soon to look again whether a congested peer reads. */
const CONGESTED_MS = 5;
/** How soon to ask again, at the least, for a leader that is not there. */
const LEADERLESS_MS = 20;
/** A smaller batch may be taken. */
const SIZE_CODES: ReadonlySet<string> = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);
/** The sequence numbers no longer fit what the broker remembers; a new epoch makes a new beginning. */
const SEQUENCE_CODES: ReadonlySet<string> = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
]);

export interface DispatcherOptions {
  readonly settings: ProfileSettings;
  readonly clock: Clock;
  readonly driver: Driver;
  readonly tally: Tally;
  readonly accumulator: Accumulator;
  readonly random: Random;
}

export class Dispatcher {
  readonly #settings: ProfileSettings;
  readonly #clock: Clock;
  readonly #driver: Driver;
  readonly #tally: Tally;
  readonly #accumulator: Accumulator;
  readonly #random: Random;
  readonly #leaders = new Map<number, Leader>();
  readonly #deadlines: Deadlines;
  readonly #times = new RequestTimes();
  #pumpAsked = false;
  #congestedTimer: Timer | null = null;
  #refreshing: Promise<void> | null = null;
  #inFlight = 0;
  #idle: (() => void)[] = [];
  #aborted = false;

  constructor(options: DispatcherOptions) {
    this.#settings = options.settings;
    this.#clock = options.clock;
    this.#driver = options.driver;
    this.#tally = options.tally;
    this.#accumulator = options.accumulator;
    this.#random = options.random;
    this.#deadlines = new Deadlines(this.#settings.deliveryTimeoutMs, this.#clock, (batch) =>
      this.#expire(batch),
    );
    this.#accumulator.onReady = (queue) => this.#enlist(queue);
    this.#accumulator.onBroken = (batch) => this.#discard(batch, 'failed', 'COMPRESSION_FAILED');
  }

  /** Requests under way. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** What keeps records in the buffer at this moment. */
  get holdup(): Holdup {
    if (this.#congestedTimer !== null) return 'trouble';
    return holdupOf(this.#accumulator.queues(), this.#clock.now());
  }

  /** How many times as long a request takes behind others as alone. */
  get queueing(): number {
    return this.#times.queueing;
  }

  /** How long a request takes that finds no other before it, usually, ms; 0 while there was none. */
  get requestMs(): number {
    return this.#times.usualMs;
  }

  /** Batches whose deadline is being kept. */
  get watched(): number {
    return this.#deadlines.size;
  }

  /** Resolves when every record made so far has its fate and no request is under way, or all was given up. */
  async idle(): Promise<void> {
    while (this.#accumulator.heldRecords > 0 || (this.#inFlight > 0 && !this.#aborted)) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  /** Gives up on everything at once: what may have been written is unacknowledged, the rest failed. */
  abort(): void {
    this.#aborted = true;
    this.#accumulator.flush();
    for (const batch of [...this.#deadlines.clear(), ...this.#accumulator.takeWaiting()]) {
      if (batch.fate !== null) continue;
      this.#settle(batch, batch.inFlight ? 'unacknowledged' : 'failed', 'ABORTED', -1);
    }
    this.#wakeIdle();
  }

  /** The time for delivery is over for everything that is left. */
  expireAll(): void {
    for (const batch of [...this.#deadlines.clear(), ...this.#accumulator.takeWaiting()]) {
      if (batch.fate === null) this.#expire(batch);
    }
  }

  // ---------------------------------------------------------------- choosing what to send

  /** A queue may have something to send; it is looked at once the current turn of work is over. */
  #enlist(queue: PartitionQueue): void {
    const newest = queue.lingered ? queue.open : queue.waiting[queue.waiting.length - 1];
    // A retry's timer may find that everything was given up meanwhile.
    if (newest === undefined || newest === null || this.#aborted) return;
    this.#deadlines.watch(newest);
    if (queue.listed) return;
    if (queue.retryAt > this.#clock.now()) {
      this.#enlistLater(queue);
      return;
    }
    const id = this.#driver.leaderOf(queue.topic, queue.partition);
    if (id < 0) {
      queue.retryAt = this.#clock.now() + Math.max(LEADERLESS_MS, this.#settings.retryBackoffMs);
      this.#refresh();
      this.#enlistLater(queue);
      return;
    }
    queue.listed = true;
    this.#leader(id).queues.push(queue);
    this.#askPump();
  }

  #enlistLater(queue: PartitionQueue): void {
    queue.retryTimer ??= this.#clock.after(queue.retryAt - this.#clock.now(), () => {
      queue.retryTimer = null;
      this.#enlist(queue);
    });
  }

  #leader(id: number): Leader {
    let leader = this.#leaders.get(id);
    if (leader === undefined) {
      leader = new Leader(id);
      this.#leaders.set(id, leader);
    }
    return leader;
  }

  #askPump(): void {
    if (this.#pumpAsked) return;
    this.#pumpAsked = true;
    // After the current turn, so that batches closed within it share a request.
    queueMicrotask(() => {
      this.#pumpAsked = false;
      for (const leader of this.#leaders.values()) this.#pump(leader);
    });
  }

  #pump(leader: Leader): void {
    while (!this.#aborted && leader.queues.length > 0 && leader.inFlight < this.#settings.inFlightMax) {
      if (this.#driver.congested(leader.id)) {
        // Answers wake the pump, but a peer that stopped reading may owe none.
        if (leader.inFlight === 0) this.#lookAgain();
        return;
      }
      const batches = this.#collect(leader);
      if (batches.length === 0) return;
      this.#send(leader, batches);
    }
  }

  #lookAgain(): void {
    this.#congestedTimer ??= this.#clock.after(CONGESTED_MS, () => {
      this.#congestedTimer = null;
      this.#askPump();
    });
  }

  /** Takes at most one batch of each partition, up to a request's worth of bytes. */
  #collect(leader: Leader): PendingBatch[] {
    const batches: PendingBatch[] = [];
    let bytes = 0;
    for (let turns = leader.queues.length; turns > 0; turns--) {
      const queue = leader.queues[0]!;
      if (this.#driver.leaderOf(queue.topic, queue.partition) !== leader.id) {
        // Its leader has moved since it got into this line.
        leader.queues.shift();
        queue.listed = false;
        this.#enlist(queue);
        continue;
      }
      const batch = this.#sendable(queue, leader.id);
      if (batch !== undefined && batches.length > 0 && bytes + batch.wireBytes > REQUEST_BYTES) break;
      leader.queues.shift();
      if (batch === undefined) {
        queue.listed = false;
        continue;
      }
      queue.waiting.shift();
      queue.inFlight++;
      queue.sentTo = leader.id;
      batches.push(batch);
      bytes += batch.wireBytes;
      // Back to the end of the line; it drops out there when it has nothing more.
      leader.queues.push(queue);
    }
    return batches;
  }

  /** The batch of this partition that may go now. Whatever makes the answer change later enlists the queue again. */
  #sendable(queue: PartitionQueue, leader: number): PendingBatch | undefined {
    if (queue.inFlight >= this.#allowance(queue)) return undefined;
    // Answers come in order only from one connection: what is sent to a new leader past a batch whose answer hangs at
    // the old one would push it out of the five that the broker remembers.
    if (queue.inFlight > 0 && queue.sentTo !== leader) return undefined;
    if (queue.retryAt > this.#clock.now()) {
      this.#enlistLater(queue);
      return undefined;
    }
    if (queue.gap === 'there' && queue.inFlight === 0) this.#beginAnew(queue);
    const batch = queue.head(this.#accumulator.close);
    if (batch === undefined) return undefined;
    this.#deadlines.watch(batch);
    if (!batch.ready) return undefined;
    if (queue.limit.admits(batch.wireBytes) || batch.mayBeStored) return batch;
    if (this.#split(batch)) return this.#sendable(queue, leader);
    // A single record that is likely to be refused goes alone, since all that is sent behind it would be refused as well,
    // for its sequence numbers. It is tried all the same: the topic's limit may have been raised.
    if (queue.inFlight > 0) return undefined;
    queue.proven = false;
    return batch;
  }

  /** Puts two halves where the batch is, or was before it was sent. False if it cannot be split. */
  #split(batch: PendingBatch): boolean {
    const halves = this.#accumulator.split(batch);
    if (halves === undefined) return false;
    const { queue } = batch;
    this.#deadlines.replace(batch, halves);
    if (queue.waiting[0] === batch) queue.waiting.shift();
    for (const half of halves) queue.putBack(half);
    return true;
  }

  #allowance(queue: PartitionQueue): number {
    if (!this.#driver.ordered || !this.#settings.idempotent || !queue.proven) return 1;
    return this.#settings.inFlightMax;
  }

  /** New sequence numbers for all that is not settled, under a new epoch. Only while nothing is under way. */
  #beginAnew(queue: PartitionQueue): void {
    queue.gap = 'none';
    queue.proven = false;
    queue.epoch++;
    queue.nextSequence = 0;
    for (const batch of queue.waiting) batch.sequence = -1;
  }

  // ---------------------------------------------------------------- sending and what comes of it

  #send(leader: Leader, batches: PendingBatch[]): void {
    const now = this.#clock.now();
    for (const batch of batches) {
      batch.attempts++;
      if (batch.firstSentAt === 0) batch.firstSentAt = now;
      batch.sentAt = now;
      batch.inFlight = true;
      if (batch.sequence < 0) {
        const queue = batch.queue;
        batch.sequence = queue.nextSequence;
        batch.epoch = queue.epoch;
        queue.nextSequence = (queue.nextSequence + batch.count) & SEQUENCE_MASK;
      }
    }
    const ahead = leader.inFlight++;
    this.#inFlight++;
    const returned = (outcomes: readonly Outcome[]) => {
      this.#times.add(this.#clock.now() - now, ahead);
      this.#returned(leader, batches, outcomes);
    };
    // A driver should answer with outcomes whatever happens; one that throws has told nothing of its batches.
    this.#driver.send(leader.id, batches).then(returned, () => returned([]));
  }

  #returned(leader: Leader, batches: readonly PendingBatch[], outcomes: readonly Outcome[]): void {
    leader.inFlight--;
    this.#inFlight--;
    batches.forEach((batch, i) => {
      this.#receive(batch, outcomes[i] ?? UNTOLD);
    });
    if (this.#inFlight === 0) this.#wakeIdle();
    this.#askPump();
  }

  #receive(batch: PendingBatch, outcome: Outcome): void {
    const queue = batch.queue;
    queue.inFlight--;
    batch.inFlight = false;
    if (batch.fate !== null) {
      // Given up on while it was under way: only its bytes were still needed.
      batch.builder.release();
    } else if (outcome.code === 'NONE') {
      // While a batch that may have been stored waits to be sent again the partition is not proven: batches sent past it
      // would push it out of the five that the broker remembers, and its duplicate would no longer be known for one.
      queue.proven = queue.waiting[0]?.mayBeStored !== true;
      queue.limit.take(batch.wireBytes);
      const fate = this.#settings.acks === 0 ? 'unacknowledged' : 'acked';
      this.#settle(batch, fate, 'NONE', outcome.offset);
    } else {
      this.#refused(batch, outcome);
    }
    if (queue.waiting.length > 0 || queue.lingered) this.#enlist(queue);
  }

  #refused(batch: PendingBatch, outcome: Outcome): void {
    const queue = batch.queue;
    batch.lastCode = outcome.code;
    // As in Kafka: a broker that is away for a while must not use up the retries; the delivery deadline bounds it.
    if (outcome.unsent) batch.attempts--;
    const tooLarge = SIZE_CODES.has(outcome.code) && !outcome.retriable;
    if (tooLarge && !this.#aborted) {
      queue.proven = false;
      const isBelieved = queue.limit.refuse(batch.wireBytes);
      if (!isBelieved) queue.putBack(batch);
      if (!isBelieved || this.#split(batch)) {
        this.#tally.retried(outcome.code);
        return;
      }
    }
    const outOfSequence = SEQUENCE_CODES.has(outcome.code);
    if (!outcome.unsent && !tooLarge && !outOfSequence) batch.mayBeStored = true;
    const retriesLeft = outOfSequence || batch.attempts <= this.#settings.retriesMax;
    // Certainly not stored, and with nothing before it that is still to be stored: then neither was anything behind it,
    // and new sequence numbers cannot store anything twice. Either one of its forerunners was given up, or the broker has
    // forgotten the producer, or it is too large itself.
    const first = queue.waiting.length === 0 || queue.waiting[0]!.ordinal > batch.ordinal;
    const isExpected = !first || queue.gap === 'coming';
    if ((outOfSequence || tooLarge) && first && queue.inFlight === 0) queue.gap = 'there';
    else if (tooLarge) queue.gap = 'coming';
    if (!outcome.retriable || !retriesLeft || this.#aborted) {
      this.#settle(batch, 'failed', outcome.code, -1);
      return;
    }
    this.#tally.retried(outcome.code);
    queue.proven = false;
    queue.putBack(batch);
    if (outOfSequence && isExpected) {
      // Refused only because one before it was: it goes again behind that one, and the broker needs no time to recover.
      batch.attempts--;
      return;
    }
    queue.retryAt = Math.max(queue.retryAt, this.#clock.now() + this.#backoff(batch.attempts));
    this.#refresh();
  }

  /** Doubles with each attempt up to its ceiling; ±20 % keep many producers from coming back at once. */
  #backoff(attempts: number): number {
    const { retryBackoffMs, retryBackoffMsMax } = this.#settings;
    const ms = Math.min(retryBackoffMsMax, retryBackoffMs * 2 ** Math.max(0, Math.min(30, attempts - 1)));
    return ms * (0.8 + 0.4 * this.#random.float());
  }

  #refresh(): void {
    this.#refreshing ??= this.#driver
      .refresh()
      .catch(() => {})
      .finally(() => {
        this.#refreshing = null;
      });
  }

  #settle(batch: PendingBatch, fate: Fate, code: string, offset: number): void {
    batch.fate = fate;
    this.#deadlines.forget(batch);
    this.#tally.settled(batch, fate, code, offset, this.#clock.now());
    this.#accumulator.settled(batch);
    if (!batch.inFlight) batch.builder.release();
    if (this.#accumulator.heldRecords === 0) this.#wakeIdle();
  }

  #wakeIdle(): void {
    const waiting = this.#idle;
    this.#idle = [];
    for (const resolve of waiting) resolve();
  }

  #expire(batch: PendingBatch): void {
    if (batch.queue.open === batch) this.#accumulator.close(batch.queue);
    this.#discard(batch, 'expired', batch.lastCode === 'NONE' ? 'DELIVERY_TIMEOUT' : batch.lastCode);
  }

  /** Takes a batch out of its queue, if it still waits there, and settles it. */
  #discard(batch: PendingBatch, fate: Fate, code: string): void {
    const { queue } = batch;
    const at = queue.waiting.indexOf(batch);
    if (at >= 0) queue.waiting.splice(at, 1);
    if (batch.fate === null) this.#settle(batch, fate, code, -1);
    if (queue.waiting.length > 0 || queue.lingered) this.#enlist(queue);
  }

  /** Stops its timers; everything must be settled. */
  close(): void {
    this.#deadlines.close();
  }
}
