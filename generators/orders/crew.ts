/**
 * Hands and ovens: each store has as many as its busiest hour of an ordinary Friday keeps well occupied. Whatever is more than that, a
 * match night or a lucky street, waits in line, and that is why deliveries are late when they are.
 */
import { TimeHeap } from '../model/heap.js';
import type { Store } from './stores.js';

/** The share of a day's orders that come in its busiest hour, and how much more than on an ordinary day come on a Friday. */
const BUSIEST_HOUR = 0.19;
const BUSIEST_DAY = 1.5;
const MINUTES_PER_HOUR = 60;

/** Some servers of one kind, and when each is free again. */
export class Line {
  readonly #free: TimeHeap;

  /** `minutes` is what one order takes a server; `busy` the share of the busiest hour in which servers are occupied. */
  constructor(store: Store, minutes: number, busy: number) {
    const load = ((store.ordersPerDay * BUSIEST_DAY * BUSIEST_HOUR) / MINUTES_PER_HOUR) * minutes;
    const servers = Math.max(1, Math.ceil(load / busy));
    this.#free = new TimeHeap(servers);
    for (let server = 0; server < servers; server++) this.#free.push(Number.NEGATIVE_INFINITY, server);
  }

  /** How long whoever comes at a time waits for a server, ms. */
  waitAt(time: number): number {
    return Math.max(0, this.#free.topTime - time);
  }

  /** Takes a server for so long from a time on, or from when one is free; returns the beginning. */
  take(time: number, duration: number): number {
    const begins = Math.max(time, this.#free.topTime);
    this.#free.delayTop(begins + duration);
    return begins;
  }
}
