/** On which days New York's exchanges trade, and when they close early. */
import { DAY_MS, weekdayOf } from '../model/zone.js';

/** Whether New York's exchanges trade on a date (days since 1970-01-01), by the rules in force since 2022. Days of mourning and storms are not known. */
export function tradesOn(date: number): boolean {
  const weekday = weekdayOf(date);
  return weekday >= 1 && weekday <= 5 && !isHoliday(date);
}

/** The day before Independence Day, the day after Thanksgiving, Christmas Eve: closed from 13:00. */
export function closesEarly(date: number): boolean {
  const { month, day } = dateOf(date);
  if (month === 7 && day === 3) return !isHoliday(date) && tradesOn(date);
  if (month === 12 && day === 24) return tradesOn(date);
  return month === 11 && weekdayOf(date) === 5 && day >= 23 && day <= 29;
}

function isHoliday(date: number): boolean {
  // One on a Sunday is kept on Monday, one on a Saturday on Friday, but New Year's Day never in the old year.
  if (isFixedHoliday(date)) return true;
  if (weekdayOf(date) === 1 && isFixedHoliday(date - 1)) return true;
  const { year, month, day } = dateOf(date);
  if (weekdayOf(date) === 5 && isFixedHoliday(date + 1) && !(month === 12 && day === 31)) return true;
  const monday = weekdayOf(date) === 1;
  const third = day >= 15 && day <= 21;
  if (monday && third && (month === 1 || month === 2)) return true;
  if (monday && month === 5 && day >= 25) return true;
  if (monday && month === 9 && day <= 7) return true;
  if (weekdayOf(date) === 4 && month === 11 && day >= 22 && day <= 28) return true;
  return date === easterOf(year) - 2;
}

/** New Year's Day, Juneteenth, Independence Day, Christmas. */
function isFixedHoliday(date: number): boolean {
  const { month, day } = dateOf(date);
  return (
    (month === 1 && day === 1) ||
    (month === 6 && day === 19) ||
    (month === 7 && day === 4) ||
    (month === 12 && day === 25)
  );
}

function dateOf(date: number): { year: number; month: number; day: number } {
  const at = new Date(date * DAY_MS);
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() };
}

/** The Gregorian computus (anonymous, in Nature 13, 1876, p. 487), as days since 1970-01-01. */
function easterOf(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return Date.UTC(year, Math.floor(n / 31) - 1, (n % 31) + 1) / DAY_MS;
}
