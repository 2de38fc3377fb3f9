/** One profile at work: its sources, paced; its accumulator, dispatcher and driver; and what is told of them. */
import { Accumulator } from './accumulator.js';
import { Backlog } from './backlog.js';
import type { Dial } from './dial.js';
import { Dispatcher } from './dispatcher.js';
import { askedFor, backfillsOf, earliest, overdue, type PacedSource, whenDue } from './horizon.js';
import { portrait } from './portrait.js';
import { shareOf, WHOLE } from './shard.js';
import type { Peeked } from './source.js';
import { Tally } from './tally.js';
import type { Clock, Driver, Limits, LiveSnapshot, Profile, Random, Timer, VerifyResult } from './types.js';
import { type Holdup, Waits } from './waits.js';

/** How long events are made before pending input and output get their turn. */
const SLICE_MS = 2;
/** The clock is read once per so many events. */
const CLOCK_EVERY = 32;

export class Lane {
  readonly profile: Profile;
  readonly driver: Driver;
  readonly tally = new Tally();
  readonly accumulator: Accumulator;
  readonly dispatcher: Dispatcher;
  verify: VerifyResult | undefined;
  /** What the generator threw, if it did. */
  failure: unknown;
  cpuSeconds = 0;
  cpuShared = 1;
  machine: LiveSnapshot['profile']['machine'];
  readonly #clock: Clock;
  #sources: readonly PacedSource[] = [];
  #dial: Dial | null = null;
  #startAt = 0;
  #countMax = Number.POSITIVE_INFINITY;
  #endAt = Number.POSITIVE_INFINITY;
  /** When the time for making and delivering is over, whatever is left. */
  #giveUpAt = Number.POSITIVE_INFINITY;
  /** Frozen once nothing more will be made. */
  #finalDue: number | null = null;
  readonly #waits: Waits;
  readonly #shard: typeof WHOLE;
  /** Events that the streams have brought, those of other shards too: what limits are counted by. */
  #passed = 0;
  readonly #backlog: Backlog;
  /** Whether every record has its fate. */
  #over = false;
  #stopped = false;
  #wake: (() => void) | null = null;
  #asleep = false;

  constructor(profile: Profile, driver: Driver, clock: Clock, random: Random, shard = WHOLE) {
    this.profile = profile;
    this.driver = driver;
    this.#clock = clock;
    this.#shard = shard;
    this.#waits = new Waits(clock);
    const settings = profile.settings;
    this.accumulator = new Accumulator({ settings, clock, driver, tally: this.tally });
    this.dispatcher = new Dispatcher({
      settings,
      clock,
      driver,
      tally: this.tally,
      accumulator: this.accumulator,
      random,
    });
    const { tally, dispatcher } = this;
    this.#backlog = new Backlog({ settings, tally, dispatcher, dueBy: (now) => this.#dueBy(now) });
  }

  /** Makes and sends events until a limit is reached or `stop` is called, and waits for every fate. Never rejects for what the generator threw: that is `failure`. */
  async drive(
    sources: readonly PacedSource[],
    limits: Limits,
    startAt: number,
    dial: Dial | null = null,
  ): Promise<void> {
    this.#sources = sources;
    this.#dial = dial;
    this.#startAt = startAt;
    this.#countMax = limits.count ?? Number.POSITIVE_INFINITY;
    if (limits.durationMs !== undefined) this.#endAt = startAt + limits.durationMs;
    const unheard = dial?.onTurn((at) => this.#turned(at, limits));
    this.#waits.start();
    this.#backlog.start(sources, startAt, this.#shard.of);
    try {
      await this.#make(limits);
    } catch (error) {
      this.failure = error;
    }
    unheard?.();
    this.#waits.lap('making');
    this.#backlog.end(this.#clock.now());
    this.#finalDue = this.#settleUnmade(limits);
    this.accumulator.flush();
    const { retries } = this.tally;
    const holdup = await this.#holdup();
    const over = this.#giveUpAt - this.#clock.now();
    const timer =
      over < Number.POSITIVE_INFINITY ? this.#clock.after(over, () => this.dispatcher.expireAll()) : null;
    await this.dispatcher.idle();
    this.#over = true;
    timer?.cancel();
    this.#waits.lap(this.tally.retries > retries ? 'trouble' : holdup);
    this.dispatcher.close();
  }

  /** No more events; what was made is sent. */
  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  /** Gives up on everything at once. */
  abort(): void {
    this.stop();
    this.dispatcher.abort();
  }

  /** Whether events are being made. */
  get making(): boolean {
    return this.#sources.length > 0 && this.#finalDue === null;
  }

  /** Shows the next `count` events of each source, as they are made. */
  peek(count: number, show: (event: Peeked) => void): void {
    for (const { source } of this.#sources) source.peek(count, show);
  }

  // ---------------------------------------------------------------- making

  async #make(limits: Limits): Promise<void> {
    const bytes = limits.bytes ?? Number.POSITIVE_INFINITY;
    this.#planEnd(limits);
    const tally = this.tally;
    while (!this.#stopped && this.#clock.now() < this.#giveUpAt) {
      let now = this.#clock.now();
      const sliceEnd = now + SLICE_MS;
      let wait = 0;
      for (let made = 1; ; made++) {
        if (this.#passed >= this.#countMax || tally.payloadBytes >= bytes) return;
        const next = earliest(this.#sources);
        const due = next.pace.nextDueAt();
        if (due === Number.POSITIVE_INFINITY || due > this.#endAt) {
          if (now >= this.#endAt || !this.#dial?.mayBring(due)) return;
          wait = this.#endAt - now;
          break;
        }
        if (due < 0 && now >= this.#endAt) return;
        if (due > now) {
          wait = due - now;
          break;
        }
        if (tally.firstMadeAt === 0) tally.firstMadeAt = now;
        const more = next.source.make(due < 0 ? now : due, now);
        next.pace.advance();
        this.#passed++;
        if (!more) {
          this.#waits.lap('making');
          if (!(await this.#drained())) return;
          break;
        }
        if (made % CLOCK_EVERY === 0) {
          now = this.#clock.now();
          if (now >= sliceEnd) break;
        }
      }
      // Even the shortest wait is slept: spinning would count as the profile's CPU.
      this.#waits.lap('making');
      if (wait > 0) await this.#sleep(wait);
      else await this.#clock.yield();
      this.#waits.lap(wait > 0 ? this.#backlog.spent(this.#clock.now()) : 'passing');
    }
  }

  /** Waits for room. False when the time for making is over: the events still due are never made. */
  async #drained(): Promise<boolean> {
    const { retries } = this.tally;
    const holdup = await this.#holdup();
    let room = false;
    const drained = this.accumulator.drained().then(() => {
      room = true;
    });
    // The time for making may be put off while it waits, by the dial.
    while (!room && !this.#stopped && this.#clock.now() < this.#giveUpAt) {
      const stopping = this.#stopping();
      const timer = this.#timer(this.#giveUpAt - this.#clock.now());
      await Promise.race([drained, stopping]);
      timer?.cancel();
    }
    this.#waits.lap(this.tally.retries > retries ? 'trouble' : holdup);
    if (this.#giveUpAt === Number.POSITIVE_INFINITY) return !this.#hopeless();
    return this.#clock.now() < this.#giveUpAt;
  }

  /** What keeps records in the buffer, once all that may go has been sent: that happens at the end of a turn of work. */
  async #holdup(): Promise<Holdup> {
    await null;
    return this.dispatcher.holdup;
  }

  /** Without a planned end, a broker that is gone would have record after record expire for as long as the count lasts. */
  #hopeless(): boolean {
    const { fates, lastAckedAt, firstMadeAt } = this.tally;
    const heardAt = Math.max(lastAckedAt || firstMadeAt, this.#dial?.turnedAt ?? 0);
    const silentMs = this.#clock.now() - heardAt;
    return fates.expired > 0 && silentMs > this.profile.settings.deliveryTimeoutMs;
  }

  /** Resolves when `stop` is called, or the wait is over. */
  #stopping(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #sleep(ms: number): Promise<void> {
    const stopping = this.#stopping();
    const timer = this.#timer(ms);
    this.#asleep = true;
    await stopping;
    this.#asleep = false;
    timer?.cancel();
  }

  /** Wakes the loop after so long; never for Infinity. */
  #timer(ms: number): Timer | null {
    return ms === Number.POSITIVE_INFINITY ? null : this.#clock.after(ms, () => this.#wake?.());
  }

  // ---------------------------------------------------------------- the dial

  #turned(at: number, limits: Limits): void {
    for (const { pace } of this.#sources) pace.turned?.(at);
    this.#planEnd(limits);
    if (this.#asleep) this.#wake?.();
  }

  /** The last event will be due at the end of the duration, or when the rates reach the count. */
  #planEnd({ count }: Limits): void {
    const paces = this.#sources.map(({ pace }) => pace);
    const planned = this.#endAt < Number.POSITIVE_INFINITY || count === undefined;
    const lastDue = planned ? this.#endAt : whenDue(count, paces, this.#startAt);
    this.#giveUpAt = lastDue + this.profile.settings.deliveryTimeoutMs;
  }

  /** Counts what was due and never made as expired; returns what was due in all. A signal freezes it at what was made. */
  #settleUnmade(limits: Limits): number {
    if (this.#stopped || this.failure !== undefined) return this.tally.madeCount;
    const end = Math.min(this.#endAt, this.#clock.now());
    let left = this.#countMax - this.#passed;
    if (this.tally.payloadBytes >= (limits.bytes ?? Number.POSITIVE_INFINITY)) left = 0;
    for (const { source, count } of overdue(this.#sources, end, left)) {
      const topic = this.tally.topics.get(source.topic);
      if (topic !== undefined) this.tally.neverMade(topic, shareOf(count, this.#shard));
    }
    return this.tally.madeCount;
  }

  // ---------------------------------------------------------------- telling

  /** Records due by now, whether made or not. */
  #dueBy(now: number): number {
    if (this.#finalDue !== null) return this.#finalDue;
    const until = Math.min(now, this.#endAt);
    const asked = this.#sources.reduce((sum, { pace }) => sum + pace.dueBy(until), 0);
    // The rates know no count: behind its last event nothing more is due, however late the others are.
    const due = Math.min(asked, this.#countMax);
    return this.tally.madeCount + shareOf(Math.max(0, due - this.#passed), this.#shard);
  }

  snapshot(): LiveSnapshot {
    const now = this.#clock.now();
    const circumstances = this.#backlog.circumstances(now);
    return portrait({
      profile: this.profile,
      tally: this.tally,
      due: this.#dueBy(now),
      over: this.#over,
      now,
      wireBytes: this.driver.wireBytes,
      requests: this.driver.requests,
      throttledMs: this.driver.throttledMs,
      bufferBytes: this.accumulator.heldBytes,
      inFlightRequests: this.dispatcher.inFlight,
      targetRecordsPerSecond: this.making ? askedFor(this.#sources, now) / this.#shard.of : 0,
      cpuSeconds: this.cpuSeconds,
      cpuShared: this.cpuShared,
      machine: this.machine,
      limitedBy: this.#waits.limitedBy(circumstances),
      timeShares: this.#waits.shares(circumstances),
      verify: this.verify,
      backfill: backfillsOf(this.#sources),
    });
  }
}
