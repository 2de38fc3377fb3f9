/** Made-up comparisons, whole and consistent, for whatever shows or judges them. */
import { metricsOf } from '../../src/compare/metrics.js';
import { type Beginning, reportOf } from '../../src/compare/report.js';
import type { Condition } from '../../src/compare/thresholds.js';
import type { Candidate, Metrics, Reason, Report, Trial } from '../../src/compare/types.js';
import { Histogram } from '../../src/histogram.js';
import type { LiveSnapshot, Stage, VerifyResult } from '../../src/types.js';
import { type ProfileSketch, profileSnapshot, SETTINGS } from './snapshots.js';

export interface TrialSketch extends ProfileSketch {
  readonly candidate?: string;
  readonly round?: number;
  readonly position?: number;
  readonly attempt?: number;
  readonly recordsPerSecond?: number;
  readonly metrics?: Partial<Metrics>;
  readonly closedOut?: readonly Reason[];
  readonly failures?: readonly string[];
  /** True: it ended without figures. */
  readonly lost?: boolean;
  readonly others?: number | null;
  readonly throttledMs?: number;
  readonly verify?: VerifyResult;
}

/** A run's figures with histograms that can be merged. */
export function live(sketch: TrialSketch = {}): LiveSnapshot {
  const made = profileSnapshot({ acked: 100_000, ...sketch });
  const histogram = new Histogram();
  histogram.add(10 * (sketch.slow ?? 1), made.profile.acked);
  const stages = Object.keys(made.profile.histograms) as Stage[];
  const histograms = Object.fromEntries(stages.map((stage) => [stage, histogram.encode()]));
  const { recordsPerSecond = made.profile.recordsPerSecond, verify } = sketch;
  return {
    ...made,
    profile: {
      ...made.profile,
      histograms: histograms as { [S in Stage]: string },
      recordsPerSecond,
      ...(verify === undefined ? {} : { verify }),
    },
  };
}

export function trial(sketch: TrialSketch = {}): Trial {
  const { candidate = 'async', round = 1, position = 1, attempt = 1, closedOut = [] } = sketch;
  const startedAt = `2026-01-05T10:00:${String(round * 10 + position).padStart(2, '0')}.000Z`;
  const failures = sketch.failures === undefined ? {} : { failures: sketch.failures };
  const base = { candidate, round, position, attempt, startedAt, closedOut, ...failures };
  if (sketch.lost) return { ...base, figures: null };
  const run = live({ name: candidate, ...sketch });
  const { others = 0.1, throttledMs = 0 } = sketch;
  return {
    ...base,
    figures: {
      profile: run.profile,
      metrics: { ...metricsOf(run, 100_000_000), ...sketch.metrics },
      series: [],
      load: { all: 0.5, others, throttledMs },
    },
  };
}

export function candidate(name: string, over: Partial<Candidate> = {}): Candidate {
  return { name, workload: 'demo', profile: name, driver: 'kafka', sweep: {}, settings: SETTINGS, ...over };
}

export interface ReportSketch {
  readonly names?: readonly string[];
  readonly trials?: readonly Trial[];
  readonly beginning?: Partial<Beginning>;
  readonly conditions?: readonly Condition[];
  readonly old?: Report;
  readonly finished?: boolean;
}

/** By default `async` and `durable`, three rounds, the second one 20 % slower each time. */
export function report(sketch: ReportSketch = {}): Report {
  const { names = ['async', 'durable'], conditions = [], old } = sketch;
  const trials =
    sketch.trials ??
    [1, 2, 3].flatMap((round) =>
      names.map((name, at) =>
        trial({ candidate: name, round, position: at + 1, recordsPerSecond: (1000 + round) * 0.8 ** at }),
      ),
    );
  const beginning: Beginning = {
    format: 1,
    eventmill: '0.1.0',
    command: ['compare', 'demo', `--profile=${names.join(',')}`],
    runId: 'cmp-test',
    startedAt: '2026-01-05T10:00:00.000Z',
    machine: {
      cpu: 'A processor | of sorts',
      cores: 2,
      memoryBytes: 8e9,
      os: 'Linux 6 x64',
      node: 'v20',
      versions: {},
    },
    brokers: '',
    sandbox: true,
    seed: 42,
    workloads: [{ name: 'demo', doc: '', seed: 42, sources: [] }],
    design: {
      trials: 3,
      warmupMs: 1000,
      limits: { durationMs: 10_000 },
      atMax: true,
      baselines: [names[0]!],
      order: 'rotated',
      secondsPlanned: 80,
      confidence: 0.98,
      headline: 'recordsPerSecond',
    },
    candidates: names.map((name) => candidate(name)),
    ...sketch.beginning,
  };
  const finishedAt = sketch.finished === false ? null : '2026-01-05T10:02:00.000Z';
  return reportOf(beginning, trials, finishedAt, { conditions, old });
}
