/** Which events a topic would refuse, or delete, for their times. */
import { describe, expect, it } from 'vitest';
import { spanOf, type TopicTimes, troublesOf } from '../../src/event-times.js';
import type { Limits, SourceTime } from '../../src/types.js';
import { perSecond, source } from '../support/workloads.js';

const NOW = Date.UTC(2026, 10, 23, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** As Kafka 4 has them unless told otherwise. */
const DEFAULTS: TopicTimes = {
  stamped: false,
  aheadMax: HOUR,
  behindMax: Number.POSITIVE_INFINITY,
  keptMs: 7 * DAY,
};

function troubles(
  time: SourceTime,
  times: Partial<TopicTimes> = {},
  limits: Limits = {},
  modelPerSecond = 10,
) {
  const span = spanOf(source('stock', { time }), limits, modelPerSecond, NOW);
  return span === undefined ? [] : troublesOf('t', { ...DEFAULTS, ...times }, span, NOW);
}

describe('a topic as Kafka makes them', () => {
  it.each([
    ['live events', { kind: 'live' }],
    ['a past within what it keeps', { kind: 'backfill', start: NOW - 6 * DAY }],
    ['a simulated day of last week', { kind: 'simulated', start: NOW - 5 * DAY, until: NOW - 4 * DAY }],
  ] as const)('has nothing against %s', (_, time) => {
    expect(troubles(time)).toEqual([]);
  });

  it('deletes a past that is older than what it keeps, which is told with the setting and the remedy', () => {
    expect(troubles({ kind: 'backfill', start: NOW - 30 * DAY })).toEqual([
      {
        refused: false,
        text:
          'topic t: keeps records for 7d (retention.ms=604800000), and the events of stock begin at 2026-10-24T12:00:00Z: ' +
          'Kafka deletes the older ones within minutes; set retention.ms=-1 on it, or name a topic that does not exist yet',
      },
    ]);
    const keeps = { keptMs: Number.POSITIVE_INFINITY };
    expect(troubles({ kind: 'backfill', start: NOW - 30 * DAY }, keeps)).toEqual([]);
  });

  it('refuses what begins more than an hour ahead, so that nothing should be sent', () => {
    const [trouble, ...others] = troubles({ kind: 'simulated', start: NOW + 2 * HOUR });
    expect(others).toEqual([]);
    expect(trouble).toMatchObject({ refused: true });
    expect(trouble!.text).toBe(
      'topic t: refuses records more than 1h ahead of the clock (message.timestamp.after.max.ms=3600000), and the events ' +
        'of stock begin at 2026-11-23T14:00:00Z; raise it on the topic, or begin earlier',
    );
  });

  it('refuses what gets there later: a mistake where it surely does, a warning where a limit may come first', () => {
    const until = { kind: 'simulated', start: NOW - DAY, until: NOW + DAY } as const;
    expect(troubles(until)).toMatchObject([{ refused: true }]);
    expect(troubles(until, {}, { count: 5 })).toMatchObject([{ refused: false }]);
    expect(troubles({ kind: 'simulated', start: NOW - DAY }, {}, { durationMs: 1000 })).toMatchObject([
      { refused: false, text: expect.stringContaining('have no end') as unknown },
    ]);
  });

  it('is left alone by a calendar that a limit ends before', () => {
    const time = { kind: 'simulated', start: NOW - DAY } as const;
    // At ten events a second of the calendar.
    expect(troubles(time, {}, { count: 100_000 })).toEqual([]);
    expect(troubles(time, {}, { count: 1_000_000 })).toHaveLength(1);
    expect(troubles({ ...time, speed: 60 }, {}, { durationMs: 60_000 })).toEqual([]);
    expect(troubles({ ...time, speed: 60 }, {}, { durationMs: 2 * HOUR })).toHaveLength(1);
  });
});

it('a topic that refuses old records refuses a past that begins before', () => {
  const [trouble] = troubles({ kind: 'backfill', start: NOW - 2 * DAY }, { behindMax: DAY });
  expect(trouble).toMatchObject({ refused: true });
  expect(trouble!.text).toContain('(message.timestamp.before.max.ms=86400000)');
});

it('a topic whose broker stamps records itself is told of, whatever else it has', () => {
  const [trouble, ...others] = troubles({ kind: 'backfill', start: NOW - 30 * DAY }, { stamped: true });
  expect(others).toEqual([]);
  expect(trouble).toMatchObject({ refused: false });
  expect(trouble!.text).toContain('message.timestamp.type=LogAppendTime');
});

it('a rate in figures does not say how far a calendar gets', () => {
  const steady = source('stock', { rate: perSecond(5), time: { kind: 'simulated', start: NOW } });
  expect(spanOf(steady, { durationMs: 1000 }, 10, NOW)!.until).toBe(Number.POSITIVE_INFINITY);
});
