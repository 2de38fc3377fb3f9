/**
 * What a comparison finds: the words shared by the engine, which fills them, and by everything that shows them (table,
 * Markdown, HTML, CSV, JUnit). `Report` is report.json as it stands. Plain JSON throughout; times are milliseconds and
 * sizes are bytes unless a name says otherwise.
 */
import type {
  Fate,
  LatencyStats,
  Limits,
  ProfileSettings,
  ProfileSnapshot,
  Stage,
  WorkloadSource,
} from '../types.js';

export interface Report {
  /** Of this object; counts up when a reader of old ones would stumble. */
  readonly format: 1;
  /** The version that made it. */
  readonly eventmill: string;
  /** Arguments behind `eventmill` that make it again. */
  readonly command: readonly string[];
  /** In the names of all its topics. */
  readonly runId: string;
  /** ISO times; null while trials are missing (interrupted, or still under way). */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly machine: Machine;
  readonly brokers: string;
  readonly sandbox: boolean;
  /** Of the first workload; several may have seeds of their own. */
  readonly seed: number;
  readonly workloads: readonly ComparedWorkload[];
  readonly design: Design;
  readonly candidates: readonly Candidate[];
  /** In the order in which they were made, those closed out among them. */
  readonly trials: readonly Trial[];
  /** One per candidate, in the candidates' order. */
  readonly results: readonly Result[];
  /** What was asked of the results with --fail-if; empty without. */
  readonly thresholds: readonly Threshold[];
  /** Whole sentences that a reader should know, such as that the machine was busy throughout. */
  readonly notes: readonly string[];
}

export interface Machine {
  /** The processor's name. */
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly os: string;
  readonly node: string;
  /** Of what does the work besides Node: `v8`, `uv`, `kafkajs`…, by name. */
  readonly versions: Readonly<{ [name: string]: string }>;
}

/** What is made, with everything that flags changed. */
export interface ComparedWorkload {
  readonly name: string;
  readonly doc: string;
  readonly seed: number;
  readonly sources: readonly WorkloadSource[];
}

export interface Design {
  /** Rounds: each candidate has one trial in each. */
  readonly trials: number;
  readonly warmupMs: number;
  /** Of one trial. */
  readonly limits: Limits;
  /** Whether every source goes as fast as it can; otherwise the workload's rates hold, and throughput is given. */
  readonly atMax: boolean;
  /** Name of the candidate that ratios are taken to; with several workloads there is one for each. */
  readonly baselines: readonly string[];
  /** A B C, B C A, C A B, … */
  readonly order: 'rotated';
  /** What was expected before the start; null where nobody could know (a count at full speed). */
  readonly secondsPlanned: number | null;
  /** Of the intervals of ratios, such as 0.983. */
  readonly confidence: number;
  /** What a verdict and the last lines speak of. */
  readonly headline: MetricName;
}

/** One of those that are compared. */
export interface Candidate {
  /** Unique, as shown: the profile's name, and whatever else tells it from the others (`async lingerMs=5`). */
  readonly name: string;
  readonly workload: string;
  readonly profile: string;
  readonly driver: string;
  /** What --sweep set for it; empty without. */
  readonly sweep: Readonly<{ [setting: string]: string }>;
  /** The effective profile. */
  readonly settings: ProfileSettings;
}

// ---------------------------------------------------------------- trials

export interface Trial {
  /** A candidate's name. */
  readonly candidate: string;
  /** From 1. */
  readonly round: number;
  /** Within its round, from 1; a trial made anew stands behind the others. */
  readonly position: number;
  /** 1, or more where a closed-out trial was made anew. */
  readonly attempt: number;
  readonly startedAt: string;
  /** Why its figures do not count; empty for those that do. */
  readonly closedOut: readonly Reason[];
  /** How its records fell short of what the profile promises, a sentence each; absent when all is well. */
  readonly failures?: readonly string[];
  /** Of the trial without its warm-up; null when it ended without any. */
  readonly figures: TrialFigures | null;
  /** From the start of its process until its topics were gone; absent where it ended early. */
  readonly wallSeconds?: number;
}

export interface Reason {
  readonly code: ReasonCode;
  /** One sentence with the figures it rests on. */
  readonly words: string;
}

export type ReasonCode = 'MACHINE_BUSY' | 'THROTTLED' | 'RATE_NOT_REACHED' | 'TRIAL_FAILED';

export interface TrialFigures {
  /** With full histograms per stage (base64), fates, errors, topics, limitedBy and what reading back found. */
  readonly profile: ProfileSnapshot;
  readonly metrics: Metrics;
  /** One point a second. */
  readonly series: readonly Second[];
  /** What else the machine did meanwhile. */
  readonly load: Load;
}

export interface Second {
  /** From the trial's first record, seconds; where the point's span ends. */
  readonly second: number;
  /** Acknowledged (with acks 0: written) in this second. */
  readonly recordsPerSecond: number;
  /** Due to settled, of the records settled in this second; null when there were none. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly bufferBytes: number;
  readonly inFlight: number;
  /** In this second. */
  readonly retries: number;
}

export interface Load {
  /** Share (0 … 1) of all cores that others used: neither the trial, nor the sandbox, nor eventmill itself, nor a local broker. Null where nobody can tell. */
  readonly others: number | null;
  /** Share (0 … 1) of all cores that was in use, by whomever. */
  readonly all: number;
  /** For how long brokers asked this producer to wait. */
  readonly throttledMs: number;
}

// ---------------------------------------------------------------- results

/** Names of what is measured; metrics.ts tells each one's title, unit and which way is better. */
export type MetricName =
  | 'recordsPerSecond'
  | 'mbPerSecond'
  | 'meanMs'
  | 'p50Ms'
  | 'p95Ms'
  | 'p99Ms'
  | 'p999Ms'
  | 'p9999Ms'
  | 'maxMs'
  | 'cpuSecondsPerMillion'
  | 'wireBytesPerMillion'
  | 'compressionRatio'
  | 'batchRecords'
  | 'batchFill'
  | 'requestsPerSecond'
  | 'memoryBytes'
  | 'retriesPerMillion';

/** What cannot be said, as nothing was sent, is NaN, and null in JSON. */
export type Metrics = { readonly [M in MetricName]: number };

export interface Result {
  /** A candidate's name. */
  readonly candidate: string;
  /** Whom its ratios are taken to; its own name for a baseline. */
  readonly baseline: string;
  /** Rounds whose trial counts. */
  readonly trials: number;
  readonly closedOut: number;
  /** Empty (no key) when no trial counts. */
  readonly metrics: { readonly [M in MetricName]?: Measured };
  /** Merged over the trials that count, never averaged. */
  readonly latencyMs: Readonly<{ [S in Stage]: LatencyStats }>;
  /** The merged histograms, base64, as `Histogram.decode` of src/histogram.ts reads them. */
  readonly histograms: Readonly<{ [S in Stage]: string }>;
  /** Sums over all trials, also those closed out: a loss is a loss. */
  readonly due: number;
  readonly fates: Readonly<{ [F in Fate]: number }>;
  readonly retries: number;
  readonly errors: Readonly<{ [code: string]: number }>;
  /** Sums over all trials that were read back; null when none was. */
  readonly verify: VerifySums | null;
  /** How often each was what held it back. */
  readonly limitedBy: Readonly<{ [cause: string]: number }>;
}

export interface VerifySums {
  readonly read: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly reordered: number;
  readonly corrupted: number;
  /** What could not be checked, and why. */
  readonly notes: readonly string[];
}

export interface Measured {
  /** Over the trials that count, with the interval of its bootstrap. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** To the baseline; absent for the baseline itself, and where fewer than two rounds have both. */
  readonly ratio?: Ratio;
}

/** Of one metric, candidate ÷ baseline, each pair from the same round. */
export interface Ratio {
  /** Their geometric mean. */
  readonly value: number;
  /** Its interval, at the design's confidence. */
  readonly low: number;
  readonly high: number;
  /** How many rounds have both. */
  readonly pairs: number;
  /** `better` and `worse` as the metric has it (less CPU is better); `other` for metrics that are neither. */
  readonly verdict: 'better' | 'worse' | 'other' | 'no difference shown';
}

export interface Threshold {
  /** As typed. */
  readonly text: string;
  readonly passed: boolean;
  /** One sentence, with the figures. */
  readonly reason: string;
}
