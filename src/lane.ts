/** One profile at work: its sources, paced; its accumulator, dispatcher and driver; and what is told of them. */
import { Accumulator } from './accumulator.js';
import { Dispatcher } from './dispatcher.js';
import type { Pace } from './pace.js';
import { portrait } from './portrait.js';
import type { Source } from './source.js';
import { Tally } from './tally.js';

import type { Clock, Driver, Limits, LiveSnapshot, Profile, Random, VerifyResult } from './types.js';

export interface PacedSource {
  readonly source: Source;
  readonly pace: Pace;
}

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
  readonly #clock: Clock;
  #sources: readonly PacedSource[] = [];
  #startAt = 0;
  #endAt = Number.POSITIVE_INFINITY;
  /** When the time for making and delivering is over, whatever is left. */
  #giveUpAt = Number.POSITIVE_INFINITY;
  /** Frozen once nothing more will be made. */
  #finalDue: number | null = null;
  #blockedMs = 0;
  #madeUntil = 0;
  #stopped = false;
  #wake: (() => void) | null = null;

  constructor(profile: Profile, driver: Driver, clock: Clock, random: Random) {
    this.profile = profile;
    this.driver = driver;
    this.#clock = clock;
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
  }

  /** Makes and sends events until a limit is reached or `stop` is called, and waits for every fate. Never rejects for what the generator threw: that is `failure`. */
  async drive(sources: readonly PacedSource[], limits: Limits, startAt: number): Promise<void> {
    this.#sources = sources;
    this.#startAt = startAt;
    if (limits.durationMs !== undefined) this.#endAt = startAt + limits.durationMs;
    try {
      await this.#make(limits);
    } catch (error) {
      this.failure = error;
    }
    this.#finalDue = this.#settleUnmade(limits);
    this.#madeUntil = this.#clock.now();
    this.accumulator.flush();
    const over = this.#giveUpAt - this.#clock.now();
    const timer =
      over < Number.POSITIVE_INFINITY ? this.#clock.after(over, () => this.dispatcher.expireAll()) : null;
    await this.dispatcher.idle();
    timer?.cancel();
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

  // ---------------------------------------------------------------- making

  async #make(limits: Limits): Promise<void> {
    const count = limits.count ?? Number.POSITIVE_INFINITY;
    const bytes = limits.bytes ?? Number.POSITIVE_INFINITY;
    this.#giveUpAt = this.#plannedEnd(count) + this.profile.settings.deliveryTimeoutMs;
    const tally = this.tally;
    while (!this.#stopped) {
      let now = this.#clock.now();
      const sliceEnd = now + SLICE_MS;
      let wait = 0;
      for (let made = 1; ; made++) {
        if (tally.madeCount >= count || tally.payloadBytes >= bytes) return;
        const next = this.#earliest();
        const due = next.pace.nextDueAt();
        if (due === Number.POSITIVE_INFINITY || due > this.#endAt) return;
        if (due < 0 && now >= this.#endAt) return;
        if (due > now) {
          wait = due - now;
          break;
        }
        if (tally.firstMadeAt === 0) tally.firstMadeAt = now;
        const more = next.source.make(due < 0 ? now : due, now);
        next.pace.advance();
        if (!more) {
          if (!(await this.#drained(this.#giveUpAt))) return;
          break;
        }
        if (made % CLOCK_EVERY === 0) {
          now = this.#clock.now();
          if (now >= sliceEnd) break;
        }
      }
      // Even the shortest wait is slept: spinning would count as the profile's CPU.
      if (wait > 0) await this.#sleep(wait);
      else await this.#clock.yield();
    }
  }

  /** The source whose turn it is: the one whose next event is due first. */
  #earliest(): PacedSource {
    const sources = this.#sources;
    let first = sources[0]!;
    if (sources.length === 1) return first;
    let firstDue = first.pace.nextDueAt();
    for (let i = 1; i < sources.length; i++) {
      const due = sources[i]!.pace.nextDueAt();
      if (due < firstDue) {
        first = sources[i]!;
        firstDue = due;
      }
    }
    return first;
  }

  /** Waits for room. False when the time for making is over: the events still due are never made. */
  async #drained(giveUpAt: number): Promise<boolean> {
    const from = this.#clock.now();
    let over = false;
    if (giveUpAt === Number.POSITIVE_INFINITY) {
      await Promise.race([this.accumulator.drained(), this.#stopping()]);
    } else {
      const timer = this.#clock.after(giveUpAt - from, () => {
        over = true;
        this.#wake?.();
      });
      await Promise.race([this.accumulator.drained(), this.#stopping()]);
      timer.cancel();
    }
    this.#blockedMs += this.#clock.now() - from;
    if (giveUpAt === Number.POSITIVE_INFINITY) return !this.#hopeless();
    return !over && this.#clock.now() < giveUpAt;
  }

  /** Without a planned end, a broker that is gone would have record after record expire for as long as the count lasts. */
  #hopeless(): boolean {
    const { fates, lastAckedAt, firstMadeAt } = this.tally;
    const silentMs = this.#clock.now() - (lastAckedAt || firstMadeAt);
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
    const timer = this.#clock.after(ms, () => this.#wake?.());
    await stopping;
    timer.cancel();
  }

  /** When the last event will be due: the end of the duration, or when the rates reach the count. Infinity for rates without a plan. */
  #plannedEnd(count: number): number {
    if (this.#endAt < Number.POSITIVE_INFINITY || count === Number.POSITIVE_INFINITY) return this.#endAt;
    const reaches = (time: number) =>
      this.#sources.reduce((sum, { pace }) => sum + pace.dueBy(time), 0) >= count;
    let low = this.#startAt;
    let high = low + 1000;
    const DECADE_MS = 3.2e11;
    while (!reaches(high)) {
      if (high - this.#startAt > DECADE_MS) return Number.POSITIVE_INFINITY;
      high = this.#startAt + (high - this.#startAt) * 2;
    }
    while (high - low > 1) {
      const middle = (low + high) / 2;
      if (reaches(middle)) high = middle;
      else low = middle;
    }
    return high;
  }

  /** Counts what was due and never made as expired; returns what was due in all. A signal freezes it at what was made. */
  #settleUnmade(limits: Limits): number {
    if (this.#stopped || this.failure !== undefined) return this.tally.madeCount;
    const end = Math.min(this.#endAt, this.#clock.now());
    let left = (limits.count ?? Number.POSITIVE_INFINITY) - this.tally.madeCount;
    if (this.tally.payloadBytes >= (limits.bytes ?? Number.POSITIVE_INFINITY)) left = 0;
    for (const { source, pace } of this.#sources) {
      const unmade = Math.min(left, pace.dueBy(end) - source.count);
      if (unmade <= 0) continue;
      left -= unmade;
      const topic = this.tally.topics.get(source.topic);
      if (topic !== undefined) this.tally.neverMade(topic, unmade);
    }
    return this.tally.madeCount;
  }

  // ---------------------------------------------------------------- telling

  /** Records due by now, whether made or not. */
  #dueBy(now: number): number {
    if (this.#finalDue !== null) return this.#finalDue;
    const until = Math.min(now, this.#endAt);
    const due = this.#sources.reduce((sum, { pace }) => sum + pace.dueBy(until), 0);
    return Math.max(this.tally.madeCount, due);
  }

  snapshot(): LiveSnapshot {
    const now = this.#clock.now();
    return portrait({
      profile: this.profile,
      tally: this.tally,
      due: this.#dueBy(now),
      now,
      wireBytes: this.driver.wireBytes,
      requests: this.driver.requests,
      bufferBytes: this.accumulator.heldBytes,
      inFlightRequests: this.dispatcher.inFlight,
      // Once nothing more is made, nothing is asked for.
      targetRecordsPerSecond:
        this.#finalDue === null ? this.#sources.reduce((sum, { pace }) => sum + pace.perSecondAt(now), 0) : 0,
      cpuSeconds: this.cpuSeconds,
      cpuShared: this.cpuShared,
      limitedBy: this.#limitedBy(now),
      verify: this.verify,
    });
  }

  /** What kept it from being faster, as far as its own clock can tell. */
  #limitedBy(now: number): string {
    const elapsed = (this.#madeUntil || now) - this.#startAt;
    if (elapsed <= 0) return 'rate';
    const blocked = this.#blockedMs / elapsed;
    if (this.profile.settings.mode === 'sync' && blocked > 0.5) return 'acknowledgements';
    if (blocked > 0.1) return 'broker';
    const asked = this.#sources.some(({ pace }) => pace.nextDueAt() >= 0);
    return asked ? 'rate' : 'generator';
  }
}
