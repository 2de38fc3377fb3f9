import { describe, expect, it } from 'vitest';
import { closingReasons, type Ended, loadNotes } from '../../../src/compare/closing.js';
import { live, type TrialSketch, trial } from '../../support/comparison.js';

const ended = (sketch: TrialSketch & { atRate?: boolean; asked?: boolean } = {}): Ended => ({
  live: live(sketch),
  load: {
    all: 0.9,
    others: sketch.others === undefined ? 0.1 : sketch.others,
    throttledMs: sketch.throttledMs ?? 0,
  },
  atRate: sketch.atRate ?? false,
  throttlingAsked: sketch.asked ?? false,
});
const codes = (one: Ended, before = [trial(), trial(), trial()]) =>
  closingReasons(one, before).map(({ code }) => code);

it('lets a trial count on a machine that is as usual', () => {
  expect(codes(ended())).toEqual([]);
});

describe('a busy machine', () => {
  it('closes a trial out where others used far more of it than is usual', () => {
    expect(codes(ended({ others: 0.24 }))).toEqual([]);
    expect(codes(ended({ others: 0.4 }))).toEqual(['MACHINE_BUSY']);
    expect(closingReasons(ended({ others: 0.4 }), [trial()])[0]!.words).toBe(
      'the machine was busy with something else: 40 % of it, where 10 % was usual',
    );
  });

  it('closes nothing out where it is busy all the time, and says so', () => {
    const busy = [trial({ others: 0.5 }), trial({ others: 0.6 })];
    expect(codes(ended({ others: 0.6 }), busy)).toEqual([]);
    expect(loadNotes(busy)[0]).toContain('Others used 55 % of this machine');
    expect(loadNotes([trial()])).toEqual([]);
  });

  it('is not guessed at where brokers cannot be told from others', () => {
    expect(codes(ended({ others: null }))).toEqual([]);
    expect(loadNotes([trial({ others: null })])[0]).toContain('could not be told apart');
  });
});

describe('throttling', () => {
  it('closes out a trial that waited for brokers, unless that was asked for', () => {
    expect(codes(ended({ seconds: 10, throttledMs: 300 }))).toEqual([]);
    expect(codes(ended({ seconds: 10, throttledMs: 3000 }))).toEqual(['THROTTLED']);
    expect(codes(ended({ seconds: 10, throttledMs: 3000, asked: true }))).toEqual([]);
  });
});

describe('a rate', () => {
  const late = (p50: number, max: number, errors = {}): Ended => {
    const one = ended({ atRate: true, seconds: 10, errors });
    const latencyMs = {
      ...one.live.profile.latencyMs,
      schedule: { ...one.live.profile.latencyMs.schedule, p50, max },
    };
    return { ...one, live: { ...one.live, profile: { ...one.live.profile, latencyMs } } };
  };

  it('was not reached where the backlog grew all the time, or records were never made', () => {
    expect(codes(late(2500, 5000))).toEqual(['RATE_NOT_REACHED']);
    expect(codes(late(1, 2, { NEVER_MADE: 5000 }))).toEqual(['RATE_NOT_REACHED']);
  });

  it('was reached in spite of a stall, which is just what latency must show', () => {
    expect(codes(late(3, 2000))).toEqual([]);
  });

  it('is no matter at full speed', () => {
    expect(codes({ ...late(2500, 5000), atRate: false })).toEqual([]);
  });
});
