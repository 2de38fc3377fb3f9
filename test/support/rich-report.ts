/** A comparison in which all that a report can show happens: courses over time, retries, losses, closed-out trials, failed conditions. */
import { type Condition, parseCondition } from '../../src/compare/thresholds.js';
import type { Report, Second, Trial } from '../../src/compare/types.js';
import { Histogram } from '../../src/histogram.js';
import { createRandom } from '../../src/random.js';
import type { Stage } from '../../src/types.js';
import { candidate, report, trial } from './comparison.js';
import { SETTINGS } from './snapshots.js';

const ROUNDS = [1, 2, 3, 4, 5];
const SECONDS = 20;
/** How much faster each is than the one before, and the share of a second that its latencies are about. */
const STEP = 1.7;

/** `names` are its candidates, each faster and less patient than the one before. */
export function richReport(names: readonly string[] = ['kafkajs', 'durable', 'async', 'throughput']): Report {
  const random = createRandom(11);
  const trials = ROUNDS.flatMap((round) => names.map((name, at) => madeUp(name, at, round, random.float())));
  const out: Trial = {
    ...trials[1]!,
    closedOut: [{ code: 'MACHINE_BUSY', words: 'Others used 41 % of this machine.' }],
  };
  const lost: Trial = {
    ...trials[2]!,
    attempt: 2,
    closedOut: [{ code: 'TRIAL_FAILED', words: 'The trial ended with exit code 1.' }],
    figures: null,
  };
  const candidates = names.map((name, at) =>
    candidate(name, {
      settings: { ...SETTINGS, lingerMs: 5 * at, compression: at % 2 === 1 ? 'lz4' : 'none' },
    }),
  );
  return report({
    names,
    trials: [trials[0]!, out, ...trials.slice(2), lost],
    beginning: { candidates },
    conditions: ['throughput < 0.9x', 'lost > 0'].map(condition),
  });
}

function condition(text: string): Condition {
  const read = parseCondition(text);
  if ('problem' in read) throw new Error(read.problem);
  return read.value;
}

function madeUp(name: string, at: number, round: number, chance: number): Trial {
  const speed = 20_000 * STEP ** at * (0.95 + 0.1 * chance);
  const base = trial({
    candidate: name,
    round,
    position: at + 1,
    acked: Math.round(speed * SECONDS),
    recordsPerSecond: speed,
    metrics: { cpuSecondsPerMillion: 20 / STEP ** at + chance, p99Ms: 8 * STEP ** at + 4 * chance },
    verify: {
      read: Math.round(speed * SECONDS),
      lost: at === 3 && round === 1 ? 2 : 0,
      duplicated: 0,
      reordered: 0,
      corrupted: 0,
    },
  });
  const { figures } = base;
  const series: Second[] = Array.from({ length: SECONDS }, (_, second) => ({
    second: second + 1,
    recordsPerSecond: speed * (1 + 0.1 * Math.sin(second + round)),
    p50Ms: 4 * STEP ** at,
    p99Ms: second === 7 ? null : 12 * STEP ** at * (1 + 0.2 * Math.cos(second * round)),
    bufferBytes: 1e6 * at + 1e5 * second,
    inFlight: 3,
    retries: second === 9 ? at : 0,
  }));
  const histograms = Object.fromEntries(
    Object.keys(figures!.profile.histograms).map((stage, i) => [stage, latencies(at, i).encode()]),
  ) as { [S in Stage]: string };
  return { ...base, figures: { ...figures!, series, profile: { ...figures!.profile, histograms } } };
}

function latencies(at: number, stage: number): Histogram {
  const random = createRandom(100 * at + stage);
  const histogram = new Histogram();
  for (let i = 0; i < 5000; i++)
    histogram.add(2 * STEP ** at * (1 + stage) * Math.exp(0.8 * random.normal()), 20);
  return histogram;
}
