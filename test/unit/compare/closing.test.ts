import { describe, expect, it } from 'vitest';
import { closingReasons, type Ended, loadNotes } from '../../../src/compare/closing.js';
import { live, type TrialSketch, trial } from '../../support/comparison.js';

const ended = (sketch: TrialSketch & { atRate?: boolean; asked?: boolean } = {}): Ended => ({
  live: live(sketch),
  series: [],
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
  const late = (p50sMs: readonly (number | null)[], errors = {}): Ended => ({
    ...ended({ atRate: true, seconds: p50sMs.length, errors }),
    series: p50sMs.map((p50Ms, i) => ({
      second: i + 1,
      recordsPerSecond: 1000,
      p50Ms,
      p99Ms: p50Ms,
      bufferBytes: 0,
      inFlight: 1,
      retries: 0,
    })),
  });

  it('was not reached where the backlog grew all the time, be it in the buffer, or records were never made', () => {
    const growing = late([400, 900, 1300, null, 2200]);
    expect(codes(growing)).toEqual(['RATE_NOT_REACHED']);
    expect(closingReasons(growing, [])[0]!.words).toMatch(
      /the last ones settled 2\.2 s after they were due$/,
    );
    expect(codes(late([1, 2, 2], { NEVER_MADE: 50_000 }))).toEqual(['RATE_NOT_REACHED']);
  });

  it('was reached where only a part of a short trial was late, or the broker is slow from the start', () => {
    expect(codes(late([20, 90]))).toEqual([]);
    expect(codes(late([2000, 2100, 2050, 2100]))).toEqual([]);
  });

  it('was reached in spite of a stall that was caught up with, which is just what latency must show', () => {
    expect(codes(late([3, 3, 2000, 1800, 3, 4]))).toEqual([]);
  });

  it('is no matter at full speed', () => {
    expect(codes({ ...late([400, 900, 1300, 2200]), atRate: false })).toEqual([]);
  });
});
