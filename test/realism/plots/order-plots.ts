/** What a shop looks like: its week, and whether customers come again. */
import { weekdayOf } from '../../../generators/model/zone.js';
import type { OrdersSample } from '../samples/orders.js';
import type { Orders } from '../samples/orders-collector.js';
import { heatMap } from './heat-map.js';
import { chart } from './svg.js';

const OURS = '#2a7de1';
const THEIRS = '#d9822b';
const WEEK_MS = 7 * 86_400_000;
const HOUR_MS = 3_600_000;
const WEEKS = 52;
/** From Monday. */
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

export function orderPlots(name: string, { orders }: OrdersSample): Readonly<{ [file: string]: string }> {
  return { [`${name}-week.svg`]: weekPlot(name, orders), [`${name}-repeats.svg`]: repeatsPlot(name, orders) };
}

/** Mean orders by hour and weekday, of all stores together. */
function weekPlot(name: string, { day, clock }: Orders): string {
  const cells = Array.from({ length: 7 }, () => new Float64Array(24));
  const weeks = (day.values.at(-1)! - day.values[0]! + 1) / 7;
  day.values.forEach((date, index) => {
    const row = (weekdayOf(date) + 6) % 7;
    cells[row]![Math.floor(clock.values[index]! / HOUR_MS)]! += 1 / weeks;
  });
  const hours = Array.from({ length: 24 }, (_, hour) => String(hour));
  return heatMap(`${name}: orders by hour and weekday`, WEEKDAYS, hours, cells);
}

/** The share of customers who have ordered again by so many weeks after their first order, if they were all alike too. */
function repeatsPlot(name: string, { customer, time, customers }: Orders): string {
  const end = time.values.at(-1)!;
  const first = new Float64Array(customers).fill(Number.NaN);
  const second = new Float64Array(customers).fill(Number.POSITIVE_INFINITY);
  let repeats = 0;
  time.values.forEach((at, index) => {
    const who = customer.values[index]!;
    if (Number.isNaN(first[who])) first[who] = at;
    else if (first[who]! <= end - WEEKS * WEEK_MS && at <= first[who]! + WEEKS * WEEK_MS) {
      repeats++;
      second[who] = Math.min(second[who]!, at);
    }
  });
  const cohort = [...first.keys()].filter((who) => first[who]! <= end - WEEKS * WEEK_MS);
  const rate = repeats / cohort.length / WEEKS;
  const weeks = Array.from({ length: WEEKS + 1 }, (_, week) => week);
  const ours = weeks.map((week) => {
    const again = cohort.filter((who) => second[who]! <= first[who]! + week * WEEK_MS).length;
    return [week, (100 * again) / cohort.length] as const;
  });
  const alike = weeks.map((week) => [week, 100 * (1 - Math.exp(-rate * week))] as const);
  return chart(
    `${name}: some customers come again, many never do`,
    { words: 'weeks since the first order', low: 0, high: WEEKS, ticks: [0, 13, 26, 39, 52] },
    { words: '% of customers who have ordered again', low: 0, high: 100, ticks: [0, 25, 50, 75, 100] },
    [
      { words: 'generated', color: OURS, points: ours, style: 'line' },
      { words: 'if all were alike', color: THEIRS, points: alike, style: 'dashes' },
    ],
  );
}
