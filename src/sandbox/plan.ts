import type { ApiName } from '../protocol/keys.js';
import type { Random } from '../types.js';
import type { Subject } from './api.js';
import type { Fault } from './faults.js';

/** When something happens: before the request is carried out, so that it has no effect, or after. */
export type Moment = 'before' | 'after';

/** What the faults have in store for one request. */
export class Plan {
  delayMs = 0;
  throttleMs = 0;
  drop: Moment | undefined;
  silence: Moment | undefined;
  readonly #errors: Fault[] = [];

  add(fault: Fault): void {
    const moment: Moment = fault.after ? 'after' : 'before';
    if (fault.kind === 'delay') this.delayMs += fault.ms;
    else if (fault.kind === 'throttle') this.throttleMs = Math.max(this.throttleMs, fault.ms);
    else if (fault.kind === 'drop') this.drop ??= moment;
    else if (fault.kind === 'silence') this.silence ??= moment;
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
}

function one(partition: number | undefined): { partition?: number } {
  return partition === undefined ? {} : { partition };
}

/** The faults that are set, with their counts. */
export class Faults {
  readonly #armed: { fault: Fault; random: Random; seen: number; fired: number }[];

  /** Each fault draws from a stream of its own, so that one does not change what another does. */
  constructor(faults: readonly Fault[], random: Random) {
    this.#armed = faults.map((fault, index) => {
      return { fault, random: random.fork(`${index} ${fault.spec}`), seen: 0, fired: 0 };
    });
  }

  /** How often each has struck, by its spec. */
  get fired(): { [spec: string]: number } {
    return Object.fromEntries(this.#armed.map(({ fault, fired }) => [fault.spec, fired]));
  }

  /** What happens to this request; undefined if nothing does. */
  plan(api: ApiName, clientId: string, subjects: () => Iterable<Subject>): Plan | undefined {
    let plan: Plan | undefined;
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (fault.api !== 'any' && fault.api !== api) continue;
      if (!fits(fault.client, clientId)) continue;
      if ((fault.topic !== undefined || fault.partition !== undefined) && !someConcerned(fault, subjects())) {
        continue;
      }
      armed.seen++;
      const nth = armed.seen - fault.skip;
      if (nth < 1 || nth % fault.every !== 0 || armed.fired >= fault.count) continue;
      if (fault.probability < 1 && armed.random.float() >= fault.probability) continue;
      armed.fired++;
      plan ??= new Plan();
      plan.add(fault);
    }
    return plan;
  }
}

function someConcerned(fault: Fault, subjects: Iterable<Subject>): boolean {
  for (const subject of subjects) if (concerns(fault, subject)) return true;
  return false;
}

function concerns(fault: Fault, { topic, partition }: Subject): boolean {
  return fits(fault.topic, topic) && (fault.partition === undefined || fault.partition === partition);
}

/** Whether a name is the one asked for, or begins as it does when that ends with `*`. */
function fits(pattern: string | undefined, name: string): boolean {
  if (pattern === undefined) return true;
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
