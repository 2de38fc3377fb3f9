import { describe, expect, it } from 'vitest';
import { closesEarly, tradesOn } from '../../../generators/market/calendar.js';
import { EXCHANGE_DAY } from '../../../generators/market/day.js';
import { continuousSessions, dayOf, exchangeSessions } from '../../../generators/market/sessions.js';
import { DAY_MS, HOUR_MS, weekdayOf, Zone } from '../../../generators/model/zone.js';

const DAY = EXCHANGE_DAY.ms;
const dateOf = (text: string): number => Date.parse(`${text}T00:00:00Z`) / DAY_MS;
const allDates = (year: number): string[] =>
  Array.from({ length: 366 }, (_, index) =>
    new Date(Date.UTC(year, 0, 1 + index)).toISOString().slice(0, 10),
  ).filter((text) => text.startsWith(`${year}`));

describe('the exchange', () => {
  // As published by NYSE on its page of holidays and trading hours.
  it.each([
    [
      2024,
      [
        '2024-01-01',
        '2024-01-15',
        '2024-02-19',
        '2024-03-29',
        '2024-05-27',
        '2024-06-19',
        '2024-07-04',
        '2024-09-02',
        '2024-11-28',
        '2024-12-25',
      ],
    ],
    [
      2025,
      [
        '2025-01-01',
        '2025-01-20',
        '2025-02-17',
        '2025-04-18',
        '2025-05-26',
        '2025-06-19',
        '2025-07-04',
        '2025-09-01',
        '2025-11-27',
        '2025-12-25',
      ],
    ],
    [
      2026,
      [
        '2026-01-01',
        '2026-01-19',
        '2026-02-16',
        '2026-04-03',
        '2026-05-25',
        '2026-06-19',
        '2026-07-03',
        '2026-09-07',
        '2026-11-26',
        '2026-12-25',
      ],
    ],
    [
      2027,
      [
        '2027-01-01',
        '2027-01-18',
        '2027-02-15',
        '2027-03-26',
        '2027-05-31',
        '2027-06-18',
        '2027-07-05',
        '2027-09-06',
        '2027-11-25',
        '2027-12-24',
      ],
    ],
  ])('keeps its holidays in %i', (year, holidays) => {
    const closed = allDates(year).filter((text) => {
      const weekday = weekdayOf(dateOf(text));
      return weekday >= 1 && weekday <= 5 && !tradesOn(dateOf(text));
    });
    expect(closed).toEqual(holidays);
  });

  it.each([
    [2024, ['2024-07-03', '2024-11-29', '2024-12-24']],
    [2025, ['2025-07-03', '2025-11-28', '2025-12-24']],
    [2026, ['2026-11-27', '2026-12-24']],
  ])('closes early before and after some of them in %i', (year, dates) => {
    expect(allDates(year).filter((text) => closesEarly(dateOf(text)))).toEqual(dates);
  });

  it('opens at 09:30 New York time in summer and in winter', () => {
    const sessions = exchangeSessions(Date.parse('2025-03-07T00:00:00Z'));
    expect([0, 1].map((day) => new Date(sessions.openOf(day)).toISOString())).toEqual([
      '2025-03-07T14:30:00.000Z',
      '2025-03-10T13:30:00.000Z',
    ]);
  });

  it('begins within a day that is under way, and with the next one after its close', () => {
    expect(exchangeSessions(Date.parse('2025-03-07T15:30:00Z')).begin).toBe(HOUR_MS);
    const after = exchangeSessions(Date.parse('2025-03-07T21:00:00Z'));
    expect(after.begin).toBe(0);
    expect(new Date(after.openOf(0)).toISOString()).toBe('2025-03-10T13:30:00.000Z');
  });
});

it('counts the last instant of a trading day as its own', () => {
  expect([1, DAY, DAY + 1].map((time) => dayOf(time, DAY))).toEqual([0, 0, 1]);
});

it('sets day after day where the market never closes', () => {
  const sessions = continuousSessions(1000, EXCHANGE_DAY);
  expect([sessions.openOf(0), sessions.openOf(3)]).toEqual([1000, 1000 + 3 * DAY]);
});

describe('a zone', () => {
  it.each([
    ['America/New_York', '2025-07-01', '2025-07-01T04:00:00.000Z'],
    ['America/New_York', '2025-01-01', '2025-01-01T05:00:00.000Z'],
    ['Pacific/Honolulu', '2025-07-01', '2025-07-01T10:00:00.000Z'],
    ['Asia/Kolkata', '2025-07-01', '2025-06-30T18:30:00.000Z'],
    ['UTC', '1969-12-31', '1969-12-31T00:00:00.000Z'],
  ])('%s: %s begins at %s', (name, text, expected) => {
    const zone = new Zone(name);
    expect(new Date(zone.startOf(dateOf(text))).toISOString()).toBe(expected);
    expect(zone.dayOf(Date.parse(expected))).toBe(dateOf(text));
    expect(zone.dayOf(Date.parse(expected) - 1)).toBe(dateOf(text) - 1);
  });
});
