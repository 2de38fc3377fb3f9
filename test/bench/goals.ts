/** What the comparison with other producers is to show, and whether it does. */
import { cpuRatio, type Match, type Spread, speedRatio } from './matches.js';

interface Goal {
  readonly what: string;
  readonly terms: Pick<Match, 'generator' | 'compression' | 'acks' | 'rival' | 'workers'>;
  readonly of: 'speed' | 'cpu';
  /** A ratio to the rival: of speed at least, of CPU time at most. */
  readonly must: number;
  readonly aim: number;
}

const PLAIN = { generator: 'stock', compression: 'none', acks: 'all', rival: 'java', workers: 1 } as const;

export const GOALS: readonly Goal[] = [
  { what: 'records/s to kafka-producer-perf-test', terms: PLAIN, of: 'speed', must: 1.5, aim: 2 },
  { what: 'with two workers', terms: { ...PLAIN, workers: 2 }, of: 'speed', must: 2, aim: 3 },
  { what: 'with lz4', terms: { ...PLAIN, compression: 'lz4' }, of: 'speed', must: 1.5, aim: 2.3 },
  { what: 'with zstd', terms: { ...PLAIN, compression: 'zstd' }, of: 'speed', must: 1.5, aim: 2.5 },
  { what: 'with gzip, level 6', terms: { ...PLAIN, compression: 'gzip' }, of: 'speed', must: 1.2, aim: 1.6 },
  { what: 'CPU per record to kafka-producer-perf-test', terms: PLAIN, of: 'cpu', must: 0.5, aim: 0.33 },
  {
    what: 'records/s to rdkafka_performance',
    terms: { ...PLAIN, rival: 'librdkafka' },
    of: 'speed',
    must: 0.8,
    aim: 1,
  },
  { what: 'records/s to franz-go', terms: { ...PLAIN, rival: 'franz-go' }, of: 'speed', must: 0.7, aim: 1 },
  { what: 'records/s to kafkajs', terms: { ...PLAIN, rival: 'kafkajs' }, of: 'speed', must: 6, aim: 10 },
  {
    what: 'pizza orders to kafka-producer-perf-test',
    terms: { ...PLAIN, generator: 'pizza' },
    of: 'speed',
    must: 1.5,
    aim: 2,
  },
];

export interface Verdict {
  readonly goal: Goal;
  /** Undefined while the match was not played. */
  readonly found: Spread | undefined;
  readonly reached: 'aim' | 'must' | 'missed' | 'not measured';
}

export function verdicts(matches: readonly Match[]): Verdict[] {
  return GOALS.map((goal) => {
    const { terms, of, must, aim } = goal;
    const match = matches.find((one) =>
      Object.entries(terms).every(([name, value]) => one[name as keyof typeof terms] === value),
    );
    if (match === undefined) return { goal, found: undefined, reached: 'not measured' };
    const found = of === 'speed' ? speedRatio(match) : cpuRatio(match);
    const reaches = (ratio: number) => (of === 'speed' ? found.median >= ratio : found.median <= ratio);
    return { goal, found, reached: reaches(aim) ? 'aim' : reaches(must) ? 'must' : 'missed' };
  });
}
