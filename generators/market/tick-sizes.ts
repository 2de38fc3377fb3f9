/**
 * Tick sizes by date and price: rows of `DATE PRICE TICK`, from which on, and from which price up, prices stand on which tick
 * (dollars). The default is SEC Rule 612 as it has been since 2001; a row such as `2026-11-02 1 0.005` tries what may come.
 */
import { EventmillError } from '../../src/errors.js';

/** Prices are counted in ten-thousandths of a dollar throughout. */
export const DOLLAR = 10_000;

export const TICK_TABLE: readonly string[] = ['2001-01-29 0 0.0001', '2001-01-29 1 0.01'];

export interface TickSizes {
  /** Ascending, the first of them 0, and the tick from each up; both in ten-thousandths. */
  readonly from: readonly number[];
  readonly tick: readonly number[];
}

interface Row {
  readonly since: number;
  readonly from: number;
  readonly tick: number;
}

const ROW = /^(\d{4}-\d\d-\d\d) +(\d+(?:\.\d{1,4})?) +(\d+(?:\.\d{1,4})?)$/;

/** Reads the table once; the function returned gives the sizes in force at an epoch time. Throws an EventmillError CONFIG that names every wrong row. */
export function tickTable(rows: readonly unknown[]): (epochMs: number) => TickSizes {
  const read = rows.map(rowOf);
  const wrong = read.flatMap((row) => (typeof row === 'string' ? [row] : []));
  if (wrong.length > 0) throw new EventmillError('CONFIG', wrong.join('\n'));
  const good = read.filter((row) => typeof row !== 'string').sort((one, other) => one.since - other.since);
  return (epochMs) => {
    const ticks = new Map<number, number>();
    // The oldest rows hold before their own date too: prices always stand on some tick.
    for (const { since, from, tick } of good) {
      if (since <= epochMs || since === good[0]!.since) ticks.set(from, tick);
    }
    if (!ticks.has(0)) ticks.set(0, Math.min(...ticks.values()));
    const from = [...ticks.keys()].sort((one, other) => one - other);
    return { from, tick: from.map((price) => ticks.get(price)!) };
  };
}

function rowOf(text: unknown): Row | string {
  const [, date = '', from = '', tick = ''] = ROW.exec(String(text)) ?? [];
  const row = { since: Date.parse(date), from: units(from), tick: units(tick) };
  const whole = Number.isFinite(row.since) && row.tick > 0 && row.from % row.tick === 0;
  if (whole) return row;
  return `stock: tickTable: expected rows 'DATE PRICE TICK' such as '2001-01-29 1 0.01', PRICE a multiple of TICK and TICK at least 0.0001, got ${JSON.stringify(text)}`;
}

function units(dollars: string): number {
  return Math.round(Number(dollars) * DOLLAR);
}

/** The tick that holds at a price, in ten-thousandths. */
export function tickAt({ from, tick }: TickSizes, price: number): number {
  let row = from.length - 1;
  while (row > 0 && price < from[row]!) row--;
  return tick[row]!;
}
