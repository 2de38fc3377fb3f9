/** When orders come: for each store a Poisson process whose rate follows the week, the hour and how good a day it is. */
import type { Random } from '../../src/types.js';
import { TimeHeap } from '../model/heap.js';
import { DAY_MS, HOUR_MS, weekdayOf, Zone } from '../model/zone.js';
import type { Store } from './stores.js';

/** Relative rates: seven weekdays (Sunday first) and 24 hours. */
export interface Rhythm {
  readonly week: readonly number[];
  readonly hours: readonly number[];
}

/** Days differ by weather and what is on: the coefficient of variation of a day's rate. */
const DAY_VARIATION = 0.18;
/** Where stores never close, this share of the orders comes evenly. */
const EVEN_SHARE = 0.4;

export interface ArrivalsSetting {
  readonly rhythm: Rhythm;
  /** Keep the rhythm's closed hours and the stores' time zones; otherwise stores are always open, on UTC. */
  readonly closing: boolean;
  /** Epoch ms of the model's beginning. */
  readonly start: number;
}

/** The stores' arrivals, merged in the order of time. */
export class Arrivals {
  readonly #queues: readonly StoreArrivals[];
  readonly #upcoming: TimeHeap;

  constructor(random: Random, stores: readonly Store[], setting: ArrivalsSetting) {
    const zones = new Map<string, Zone>();
    const table = ratesOf(setting);
    this.#upcoming = new TimeHeap(stores.length);
    this.#queues = stores.map((store, index) => {
      const name = setting.closing ? store.timeZone : 'UTC';
      const zone = zones.get(name) ?? new Zone(name);
      zones.set(name, zone);
      const queue = new StoreArrivals(random.fork(index), zone, table, store.ordersPerDay, setting.start);
      this.#upcoming.push(queue.next(), index);
      return queue;
    });
  }

  /** The model's time of the next order, epoch ms. */
  get time(): number {
    return this.#upcoming.topTime;
  }

  /** Whose it is. */
  get store(): number {
    return this.#upcoming.topId;
  }

  /** Goes on to the one after. */
  advance(): void {
    this.#upcoming.delayTop(this.#queues[this.#upcoming.topId]!.next());
  }
}

class StoreArrivals {
  readonly #random: Random;
  readonly #zone: Zone;
  /** Orders per ms at a table entry of 1, times the day's factor. */
  readonly #meanRate: number;
  readonly #table: Float64Array;
  #time: number;
  #day: number;
  #midnight: number;
  #dayFactor: number;

  constructor(random: Random, zone: Zone, table: Float64Array, ordersPerDay: number, start: number) {
    this.#random = random;
    this.#zone = zone;
    this.#table = table;
    this.#meanRate = ordersPerDay / DAY_MS;
    this.#time = start;
    this.#day = zone.dayOf(start);
    this.#midnight = zone.startOf(this.#day);
    this.#dayFactor = this.#drawDay();
  }

  /** Walks on hour by hour until an exponential deviate is used up. */
  next(): number {
    let need = this.#random.exponential();
    for (;;) {
      const hour = Math.min(23, Math.max(0, Math.floor((this.#time - this.#midnight) / HOUR_MS)));
      const rate = this.#meanRate * this.#dayFactor * this.#table[weekdayOf(this.#day) * 24 + hour]!;
      const end = this.#midnight + (hour + 1) * HOUR_MS;
      if (need < (end - this.#time) * rate) {
        this.#time += need / rate;
        return this.#time;
      }
      need -= Math.max(0, end - this.#time) * rate;
      this.#time = Math.max(this.#time, end);
      if (hour === 23) this.#nextDay();
    }
  }

  #nextDay(): void {
    this.#day++;
    this.#midnight = this.#zone.startOf(this.#day);
    this.#dayFactor = this.#drawDay();
  }

  #drawDay(): number {
    return Math.exp(DAY_VARIATION * this.#random.normal() - (DAY_VARIATION * DAY_VARIATION) / 2);
  }
}

/** Weekday × hour, of mean 1. */
function ratesOf({ rhythm, closing }: ArrivalsSetting): Float64Array {
  const rates = Float64Array.from({ length: 7 * 24 }, (_, place) => {
    const day = rhythm.week[Math.floor(place / 24)]!;
    return day * rhythm.hours[place % 24]!;
  });
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  return rates.map((rate) => (closing ? rate / mean : (1 - EVEN_SHARE) * (rate / mean) + EVEN_SHARE));
}
