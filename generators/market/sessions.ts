/** When the market is open: the exchange's calendar, or one trading day after another without nights. */
import { DAY_MS, HOUR_MS, Zone } from '../model/zone.js';
import { closesEarly, tradesOn } from './calendar.js';
import { type Day, EXCHANGE_DAY } from './day.js';

const HALF_SESSION_MS = 3.5 * HOUR_MS;
const OPENING_MS = 9.5 * HOUR_MS;

/**
 * Trading time counts days one after another: day × the day's length + ms since its opening. The last instant of a
 * day, on which its closing auction prints, is its own and not the next one's first.
 */
export function dayOf(time: number, dayMs: number): number {
  return Math.ceil(time / dayMs) - 1;
}

export interface Sessions {
  /** A full trading day. */
  readonly day: Day;
  /** The epoch time at which trading day `day` (0, 1, …) opens. */
  openOf(day: number): number;
  /** How long it lasts, ms. */
  lengthOf(day: number): number;
  /** How far into day 0 the model begins, ms. */
  readonly begin: number;
  /** Mean trading time per calendar time. */
  readonly share: number;
}

/** Days without nights between them: a market that never closes but still has its days. */
export function continuousSessions(start: number, day: Day): Sessions {
  return { day, begin: 0, share: 1, openOf: (index) => start + index * day.ms, lengthOf: () => day.ms };
}

/** Days that begin at midnight UTC, the first of them under way at `start`. */
export function clockSessions(start: number, day: Day): Sessions {
  const first = Math.floor(start / DAY_MS) * DAY_MS;
  return { ...continuousSessions(first, day), begin: start - first };
}

/** 09:30-16:00 America/New_York on the days on which New York's exchanges trade; early closes at 13:00. Day 0 is the one that is open at `start`, or the next. */
export function exchangeSessions(start: number): Sessions {
  const zone = new Zone('America/New_York');
  const opens: number[] = [];
  const lengths: number[] = [];
  let date = zone.dayOf(start);
  const addNext = (): void => {
    while (!tradesOn(date)) date++;
    opens.push(zone.startOf(date) + OPENING_MS);
    lengths.push(closesEarly(date) ? HALF_SESSION_MS : EXCHANGE_DAY.ms);
    date++;
  };
  do {
    opens.length = 0;
    lengths.length = 0;
    addNext();
  } while (opens[0]! + lengths[0]! <= start);
  return {
    day: EXCHANGE_DAY,
    begin: Math.max(0, start - opens[0]!),
    share: (252 * EXCHANGE_DAY.ms) / (365.25 * DAY_MS),
    openOf(day) {
      while (opens.length <= day) addNext();
      return opens[day]!;
    },
    lengthOf(day) {
      while (lengths.length <= day) addNext();
      return lengths[day]!;
    },
  };
}
