import type { ApiName } from '../protocol/keys.js';
import type { Clock, Random, Timer } from '../types.js';
import type { Subject } from './api.js';
import { type Fault, isTimed, OF_BROKERS } from './fault-words.js';

/** When something happens: before the request is carried out, so that it has no effect, or after. */
export type Moment = 'before' | 'after';

/** What the faults have in store for one request. */
export class Plan {
  delayMs = 0;
  throttleMs = 0;
  drop: Moment | undefined;
  silence: Moment | undefined;
  /** What happens to brokers. */
  readonly strikes: Fault[] = [];
  readonly #errors: Fault[] = [];
  readonly #losses: Fault[] = [];

  add(fault: Fault): void {
    const moment: Moment = fault.after ? 'after' : 'before';
    if (fault.kind === 'delay') this.delayMs += fault.ms;
    else if (fault.kind === 'throttle') this.throttleMs = Math.max(this.throttleMs, fault.ms);
    else if (fault.kind === 'drop') this.drop ??= moment;
    else if (fault.kind === 'silence') this.silence ??= moment;
    else if (fault.kind === 'lose') this.#losses.push(fault);
    else if (OF_BROKERS.has(fault.kind)) this.strikes.push(fault);
    else this.#errors.push(fault);
  }

  /** The error that is in store for one topic or partition in the request, or for the request as a whole. */
  errorFor(topic?: string, partition?: number): { code: number; after: boolean } | undefined {
    const fault = this.#errors.find(
      (each) =>
        each.kind === 'error' || (topic !== undefined && concerns(each, { topic, ...one(partition) })),
    );
    return fault === undefined ? undefined : { code: fault.code, after: fault.after };
  }

  /** Whether what is written to this partition is to be lost with its leader. */
  loses(topic: string, partition: number): boolean {
    return this.#losses.some((fault) => concerns(fault, { topic, partition }));
  }
}

function one(partition: number | undefined): { partition?: number } {
  return partition === undefined ? {} : { partition };
}

/** A fault that is set, with its counts. */
interface Armed {
  readonly fault: Fault;
  readonly random: Random;
  seen: number;
  fired: number;
  /** For faults that come each so many milliseconds: when the next is due, after the cue. */
  dueMs: number;
}

/** A request, as far as faults look at it. */
export interface Asked {
  readonly api: ApiName;
  readonly clientId: string;
  readonly nodeId: number;
  subjects(): Iterable<Subject>;
}

/** The faults that are set, with their counts and times. */
export class Faults {
  readonly #armed: readonly Armed[];
  readonly #clock: Clock;
  readonly #timers = new Set<Timer>();
  /** When their times began to count; undefined: not yet. */
  #cuedAt: number | undefined;
  #strike: (fault: Fault) => void = () => {};

  /** Each fault draws from a stream of its own, so that one does not change what another does. */
  constructor(faults: readonly Fault[], random: Random, clock: Clock) {
    this.#clock = clock;
    this.#armed = faults.map((fault, index) => {
      const { atMs, everyMs } = fault;
      const own = random.fork(`${index} ${fault.spec}`);
      return { fault, random: own, seen: 0, fired: 0, dueMs: atMs ?? everyMs };
    });
  }

  /** How often each has struck, by its spec. */
  get fired(): { [spec: string]: number } {
    return Object.fromEntries(this.#armed.map(({ fault, fired }) => [fault.spec, fired]));
  }

  /** What happens to this request; undefined if nothing does. */
  plan(asked: Asked): Plan | undefined {
    let plan: Plan | undefined;
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (isTimed(fault) || !fitsRequest(fault, asked) || !this.#strikes(armed)) continue;
      plan ??= new Plan();
      plan.add(fault);
    }
    return plan;
  }

  /** `strike` is called for each fault that comes by the clock alone, when its time has come, until `close`. */
  watch(strike: (fault: Fault) => void): void {
    this.#strike = strike;
  }

  /** Their times count from now on. */
  cue(): void {
    this.#cuedAt = this.#clock.now();
    for (const armed of this.#armed) if (isTimed(armed.fault)) this.#wait(armed, this.#cuedAt);
  }

  close(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #wait(armed: Armed, cuedAt: number): void {
    const timer = this.#clock.after(cuedAt + armed.dueMs - this.#clock.now(), () => {
      this.#timers.delete(timer);
      // Timers may fire a fraction of a millisecond before the clock says so.
      if (this.#elapsed() < armed.dueMs) return this.#wait(armed, cuedAt);
      if (this.#strikes(armed)) this.#strike(armed.fault);
      const { everyMs, count, forMs, atMs = 0 } = armed.fault;
      if (everyMs === 0) return;
      armed.dueMs = Math.max(armed.dueMs, this.#elapsed());
      if (armed.fired < count && armed.dueMs < atMs + forMs) this.#wait(armed, cuedAt);
    });
    this.#timers.add(timer);
  }

  /** Before the cue no time passes. */
  #elapsed(): number {
    return this.#cuedAt === undefined ? 0 : this.#clock.now() - this.#cuedAt;
  }

  /** Counts a request that fits, or a time that has come, and tells whether it is struck. */
  #strikes(armed: Armed): boolean {
    const { fault } = armed;
    if (!this.#inTime(armed)) return false;
    armed.seen++;
    const nth = armed.seen - fault.skip;
    if (nth < 1 || nth % fault.every !== 0 || armed.fired >= fault.count) return false;
    if (fault.probability < 1 && armed.random.float() >= fault.probability) return false;
    armed.fired++;
    return true;
  }

  #inTime(armed: Armed): boolean {
    const { atMs, forMs, everyMs } = armed.fault;
    if (atMs === undefined && everyMs === 0 && forMs === Number.POSITIVE_INFINITY) return true;
    if (atMs !== undefined && this.#cuedAt === undefined) return false;
    const elapsed = this.#elapsed();
    const begin = atMs ?? 0;
    if (elapsed < begin || elapsed >= begin + forMs) return false;
    if (everyMs === 0) return true;
    if (elapsed < armed.dueMs) return false;
    // Times that nobody asked in are not made up for.
    armed.dueMs += everyMs * (1 + Math.floor((elapsed - armed.dueMs) / everyMs));
    return true;
  }
}

/** Faults of whole brokers that are counted are counted by Produce requests. */
function fitsRequest(fault: Fault, { api, clientId, nodeId, subjects }: Asked): boolean {
  if (fault.api === 'broker' ? api !== 'Produce' : fault.api !== 'any' && fault.api !== api) return false;
  if (fault.node !== undefined && fault.node !== nodeId) return false;
  if (!fits(fault.client, clientId)) return false;
  if (fault.topic === undefined && fault.partition === undefined) return true;
  return someConcerned(fault, subjects());
}

function someConcerned(fault: Fault, subjects: Iterable<Subject>): boolean {
  for (const subject of subjects) if (concerns(fault, subject)) return true;
  return false;
}

/** Whether a fault speaks of this topic and partition. */
export function concerns(fault: Fault, { topic, partition }: Subject): boolean {
  return fits(fault.topic, topic) && (fault.partition === undefined || fault.partition === partition);
}

/** Whether a name is the one asked for, or begins as it does when that ends with `*`. */
function fits(pattern: string | undefined, name: string): boolean {
  if (pattern === undefined) return true;
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
