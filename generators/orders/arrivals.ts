/** When orders come: for each store a Poisson process whose rate follows the week, the hour, what is on, and how good a day it is. */
import type { Random } from '../../src/types.js';
import { gamma } from '../model/gamma.js';
import { TimeHeap } from '../model/heap.js';
import { DAY_MS, HOUR_MS, weekdayOf, Zone } from '../model/zone.js';
import { type OccasionOfDay, type OccasionSetting, Occasions } from './occasions.js';
import type { Store } from './stores.js';

/** Relative rates: seven weekdays (Sunday first) and 24 hours. */
export interface Rhythm {
  readonly week: readonly number[];
  readonly hours: readonly number[];
  readonly occasions: OccasionSetting;
}

/** Days differ by weather and much else: the coefficient of variation of a day's rate. */
const DAY_VARIATION = 0.18;
const DAY_SHAPE = 1 / (DAY_VARIATION * DAY_VARIATION);
/** Where stores never close, this share of the orders comes evenly. */
const EVEN_SHARE = 0.4;
const QUARTER_MS = HOUR_MS / 4;
const QUARTERS = 96;
const EVENING_FROM = 17 * 4;
const EVENING_TO = 22 * 4;

export interface ArrivalsSetting {
  readonly rhythm: Rhythm;
  /** Keep the rhythm's closed hours and the stores' time zones; otherwise stores are always open, on UTC. */
  readonly closing: boolean;
  /** Epoch ms of the model's beginning. */
  readonly start: number;
}

/** An order on its way in, by the model's time. */
export interface Arrival {
  /** Index of the store. */
  readonly store: number;
  /** Epoch ms. */
  readonly time: number;
  /** Epoch ms of the beginning of the store's local day. */
  readonly midnight: number;
  /** 0 is Sunday. */
  readonly weekday: number;
}

/** The stores' arrivals, merged in the order of time; itself the next one. */
export class Arrivals implements Arrival {
  /** Whether stores keep hours. */
  readonly closing: boolean;
  readonly #queues: readonly StoreArrivals[];
  readonly #upcoming: TimeHeap;

  constructor(random: Random, stores: readonly Store[], setting: ArrivalsSetting) {
    const zones = new Map<string, Zone>();
    const table = ratesOf(setting);
    const occasions = new Occasions(random.fork('occasions'), setting.rhythm.occasions);
    this.closing = setting.closing;
    this.#upcoming = new TimeHeap(stores.length);
    this.#queues = stores.map((store, index) => {
      const name = setting.closing ? store.timeZone : 'UTC';
      const zone = zones.get(name) ?? new Zone(name);
      zones.set(name, zone);
      const calendar = { zone, table, occasions };
      const queue = new StoreArrivals(random.fork(index), calendar, store.ordersPerDay, setting.start);
      this.#upcoming.push(queue.next(), index);
      return queue;
    });
  }

  get time(): number {
    return this.#upcoming.topTime;
  }

  get store(): number {
    return this.#upcoming.topId;
  }

  get midnight(): number {
    return this.#queues[this.#upcoming.topId]!.midnight;
  }

  get weekday(): number {
    return this.#queues[this.#upcoming.topId]!.weekday;
  }

  /** Goes on to the one after. */
  advance(): void {
    this.#upcoming.delayTop(this.#queues[this.#upcoming.topId]!.next());
  }
}

interface Calendar {
  readonly zone: Zone;
  readonly table: Float64Array;
  readonly occasions: Occasions;
}

class StoreArrivals {
  midnight: number;
  weekday: number;
  readonly #random: Random;
  readonly #calendar: Calendar;
  /** Orders per ms at a table entry of 1, times the day's factor. */
  readonly #meanRate: number;
  #time: number;
  #day: number;
  #dayFactor: number;
  #occasion: OccasionOfDay;

  constructor(random: Random, calendar: Calendar, ordersPerDay: number, start: number) {
    this.#random = random;
    this.#calendar = calendar;
    this.#meanRate = ordersPerDay / DAY_MS;
    this.#time = start;
    this.#day = calendar.zone.dayOf(start);
    this.midnight = calendar.zone.startOf(this.#day);
    this.weekday = weekdayOf(this.#day);
    this.#dayFactor = this.#drawDay();
    this.#occasion = calendar.occasions.of(this.#day);
  }

  /** Walks on quarter by quarter until an exponential deviate is used up. */
  next(): number {
    let need = this.#random.exponential();
    for (;;) {
      const passed = Math.floor((this.#time - this.midnight) / QUARTER_MS);
      const quarter = Math.min(QUARTERS - 1, Math.max(0, passed));
      const rate = this.#rateAt(quarter);
      const end = this.midnight + (quarter + 1) * QUARTER_MS;
      if (need < (end - this.#time) * rate) {
        this.#time += need / rate;
        return this.#time;
      }
      need -= Math.max(0, end - this.#time) * rate;
      this.#time = Math.max(this.#time, end);
      if (quarter === QUARTERS - 1) this.#nextDay();
    }
  }

  #rateAt(quarter: number): number {
    const { day, evening } = this.#occasion;
    const more = quarter >= EVENING_FROM && quarter < EVENING_TO ? day * evening : day;
    return this.#meanRate * this.#dayFactor * more * this.#calendar.table[this.weekday * QUARTERS + quarter]!;
  }

  #nextDay(): void {
    this.#day++;
    this.midnight = this.#calendar.zone.startOf(this.#day);
    this.weekday = weekdayOf(this.#day);
    this.#dayFactor = this.#drawDay();
    this.#occasion = this.#calendar.occasions.of(this.#day);
  }

  #drawDay(): number {
    return gamma(this.#random, DAY_SHAPE) / DAY_SHAPE;
  }
}

/** Weekday × quarter of an hour, of mean 1. */
function ratesOf({ rhythm, closing }: ArrivalsSetting): Float64Array {
  const rates = Float64Array.from({ length: 7 * QUARTERS }, (_, place) => {
    const day = rhythm.week[Math.floor(place / QUARTERS)]!;
    return day * quarterOf(rhythm.hours, place % QUARTERS);
  });
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  return rates.map((rate) => (closing ? rate / mean : (1 - EVEN_SHARE) * (rate / mean) + EVEN_SHARE));
}

/** Straight lines between the middles of hours; towards an hour that is closed the rate stays as it is. */
function quarterOf(hours: readonly number[], quarter: number): number {
  const hour = Math.floor(quarter / 4);
  const own = hours[hour]!;
  // −3, −1, 1, 3 eighths of an hour from its middle.
  const away = (2 * (quarter % 4) - 3) / 8;
  const neighbour = hours[(hour + (away < 0 ? 23 : 1)) % 24]!;
  return own === 0 || neighbour === 0 ? own : own + (neighbour - own) * Math.abs(away);
}
