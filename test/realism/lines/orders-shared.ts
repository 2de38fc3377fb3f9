/** What is measured of orders of all kinds: rhythm, popularity, repeat purchases. */
import { weekdayOf } from '../../../generators/model/zone.js';
import { ARRIVED, type CANCELLED, type OPEN, type Orders, which } from '../samples/orders-collector.js';
import { fano, share } from '../statistics/arrivals.js';
import { deviation, map, mean, median } from '../statistics/moments.js';
import { nbdShape } from '../statistics/orders.js';

const WEEK_MS = 7 * 86_400_000;
const HOUR_MS = 3_600_000;
const QUARTERS = 96;

export const of = (column: { readonly values: Float64Array }, indexes: readonly number[]): Float64Array =>
  map(indexes, (index) => column.values[index]!);

/** Share of orders from one hour of the day to before another, by the stores' clocks. */
export function hoursShare({ clock }: Orders, from: number, to: number): number {
  return share(clock.values, (ms) => ms >= from * HOUR_MS && ms < to * HOUR_MS);
}

export function peakHourShare(orders: Orders): number {
  return Math.max(...Array.from({ length: 24 }, (_, hour) => hoursShare(orders, hour, hour + 1)));
}

/** Mean orders on some weekdays (0 is Sunday) over those of a mean day; over whole weeks. */
export function weekdaysOverMean(orders: Orders, weekdays: readonly number[]): number {
  return (7 * share(orders.day.values, (day) => weekdays.includes(weekdayOf(day)))) / weekdays.length;
}

/** Orders of each whole day of one store, from the first day to the last. */
export function dailyCounts(orders: Orders, store: number): Float64Array {
  const days = orders.day.values;
  const first = days[0]! + 1;
  const counts = new Float64Array(days.at(-1)! - first);
  orders.store.values.forEach((of, index) => {
    const place = days[index]! - first;
    if (of === store && place >= 0 && place < counts.length) counts[place]! += 1;
  });
  return counts;
}

/** A statistic of each store, their mean. */
export function perStore(orders: Orders, measure: (store: number) => number): number {
  return mean(Array.from({ length: orders.stores }, (_, store) => measure(store)));
}

export function dailyFano(orders: Orders): number {
  return perStore(orders, (store) => fano(dailyCounts(orders, store)));
}

/** Of the counts of one weekday after the other. */
export function withinWeekdayFano(orders: Orders): number {
  return perStore(orders, (store) => {
    const counts = dailyCounts(orders, store);
    return mean(Array.from({ length: 7 }, (_, day) => fano(counts.filter((__, i) => i % 7 === day))));
  });
}

/**
 * Fano factor of counts in quarters of an hour, after weekday × slot × how good a day it was: what is left of a Poisson process is
 * 1. Degrees of freedom are given back for all that was fitted.
 */
export function residualFano(orders: Orders): number {
  return perStore(orders, (store) => {
    const days = orders.day.values;
    const first = days[0]!;
    const count = days.at(-1)! - first + 1;
    const counts = new Float64Array(count * QUARTERS);
    orders.store.values.forEach((one, index) => {
      if (one !== store) return;
      const slot = Math.floor(orders.clock.values[index]! / (HOUR_MS / 4));
      counts[(days[index]! - first) * QUARTERS + slot]! += 1;
    });
    return residual(counts, count);
  });
}

function residual(counts: Float64Array, days: number): number {
  const level = Float64Array.from({ length: days }, (_, day) =>
    sumOf(counts.subarray(day * QUARTERS, (day + 1) * QUARTERS)),
  );
  const shape = new Float64Array(7 * QUARTERS);
  const whole = new Float64Array(7);
  for (let day = 0; day < days; day++) {
    whole[day % 7]! += level[day]!;
    for (let slot = 0; slot < QUARTERS; slot++)
      shape[(day % 7) * QUARTERS + slot]! += counts[day * QUARTERS + slot]!;
  }
  let [squares, expected, cells] = [0, 0, 0];
  for (let day = 0; day < days; day++) {
    for (let slot = 0; slot < QUARTERS; slot++) {
      const likely = (level[day]! * shape[(day % 7) * QUARTERS + slot]!) / whole[day % 7]!;
      if (likely === 0) continue;
      squares += (counts[day * QUARTERS + slot]! - likely) ** 2;
      expected += likely;
      cells++;
    }
  }
  const fitted = days + shape.filter((one) => one > 0).length - 7;
  return (squares / expected) * (cells / (cells - fitted));
}

/** Of the first year. */
export function busiestDay(orders: Orders): number {
  return perStore(orders, (store) => {
    const counts = dailyCounts(orders, store).subarray(0, 365);
    return Math.max(...counts) / mean(counts);
  });
}

export function popularity({ products }: Orders): Float64Array {
  return Float64Array.from(products.values()).sort().reverse();
}

/** The share of popularity that the first so many products have. */
export function topProducts(orders: Orders, count: number): number {
  const counts = popularity(orders);
  return sumOf(counts.subarray(0, count)) / sumOf(counts);
}

/** The share of prices that end in one of the three commonest endings. */
export function priceEndings({ prices }: Orders): number {
  const endings = new Map<number, number>();
  for (const cents of prices.values()) endings.set(cents % 100, (endings.get(cents % 100) ?? 0) + 1);
  const commonest = [...endings.values()].sort((a, b) => b - a).slice(0, 3);
  return sumOf(commonest) / prices.size;
}

/** Coefficient of variation of the order value, σ of its logarithm, and its mean over its median. */
export const valueVariation = ({ total }: Orders): number => deviation(total.values) / mean(total.values);
export const valueSigma = ({ total }: Orders): number => deviation(map(total.values, Math.log));
export const valueSkew = ({ total }: Orders): number => mean(total.values) / median(total.values);

/** How often each customer whose first order has a year behind it ordered again in that year. */
export function repeatsOf({ customer, time, customers }: Orders): Float64Array {
  const first = new Float64Array(customers).fill(Number.NaN);
  const repeats = new Float64Array(customers);
  const end = time.values.at(-1)!;
  time.values.forEach((at, index) => {
    const who = customer.values[index]!;
    if (Number.isNaN(first[who])) first[who] = at;
    else if (at <= first[who]! + 52 * WEEK_MS) repeats[who]! += 1;
  });
  return repeats.filter((_, who) => first[who]! <= end - 52 * WEEK_MS);
}

export const noRepeats = (orders: Orders): number => share(repeatsOf(orders), (count) => count === 0);
export const repeatsFano = (orders: Orders): number => fano(repeatsOf(orders));
export const repeatsShape = (orders: Orders): number => nbdShape(repeatsOf(orders));

/** What each customer has of something. */
export function byCustomer({ customer, customers }: Orders, amount: (index: number) => number): Float64Array {
  const sums = new Float64Array(customers);
  customer.values.forEach((who, index) => {
    sums[who]! += amount(index);
  });
  return sums;
}

/** Orders whose fate had time to come: placed a number of days before the last one. */
export function settled(orders: Orders, days: number): readonly number[] {
  const until = orders.time.values.at(-1)! - days * 86_400_000;
  return which(orders, (index) => orders.time.values[index]! < until);
}

export function endShare(
  orders: Orders,
  days: number,
  end: typeof ARRIVED | typeof CANCELLED | typeof OPEN,
): number {
  return share(of(orders.end, settled(orders, days)), (one) => one === end);
}

/** Those that came to a door. */
export function delivered(orders: Orders): readonly number[] {
  return which(orders, (index) => orders.door.values[index] === 1 && orders.end.values[index] === ARRIVED);
}

export function deliveryMinutes(orders: Orders): Float64Array {
  return map(
    delivered(orders),
    (index) => (orders.arrived.values[index]! - orders.time.values[index]!) / 60_000,
  );
}

export function lateShare(orders: Orders): number {
  const indexes = delivered(orders);
  return share(indexes, (index) => orders.arrived.values[index]! > orders.promised.values[index]!);
}

export function paymentShare({ payments, count }: Orders, ...kinds: readonly string[]): number {
  return kinds.reduce((sum, kind) => sum + (payments.get(kind) ?? 0), 0) / count;
}

function sumOf(x: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]!;
  return sum;
}
