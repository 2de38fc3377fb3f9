/**
 * The figures of several parts of one run as those of the whole: counts add up, histograms are added before percentiles
 * are read off them, and time is the span from the first part's first record to the last part's last acknowledgement.
 */
import { addDigests } from './digest-sum.js';
import { Histogram } from './histogram.js';
import { FATES, STAGES } from './tally.js';
import type {
  BackfillSnapshot,
  DigestSnapshot,
  Fate,
  HistogramSnapshot,
  LatencyStats,
  LiveSnapshot,
  ProfileSnapshot,
  Stage,
  TopicSnapshot,
} from './types.js';

type Counts = Readonly<{ [name: string]: number }>;

/** One profile of all parts. Verdicts are left out: whoever judged knows over what. Throws a RangeError for a histogram that is none. */
export function mergeProfiles(parts: readonly ProfileSnapshot[]): ProfileSnapshot {
  const { name, settings, cpuShared } = parts[0]!;
  const sum = (of: (part: ProfileSnapshot) => number) => parts.reduce((all, part) => all + of(part), 0);
  const fates = Object.fromEntries(FATES.map((fate) => [fate, sum((part) => part[fate])])) as {
    [F in Fate]: number;
  };
  const records = sum((part) => part.records);
  const time = spanOf(parts);
  const perSecond = (total: number) => (time.seconds > 0 ? total / time.seconds : 0);
  const shares = sharesOf(parts);
  return {
    name,
    settings,
    ...time,
    due: sum(({ due }) => due),
    ...fates,
    records,
    retries: sum(({ retries }) => retries),
    batches: sum(({ batches }) => batches),
    requests: sum(({ requests }) => requests),
    bytes: sum(({ bytes }) => bytes),
    wireBytes: sum(({ wireBytes }) => wireBytes),
    recordsPerSecond: perSecond(records),
    mbPerSecond: perSecond(sum(({ mbPerSecond, seconds }) => mbPerSecond * seconds)),
    cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
    cpuShared,
    ...latencies(parts),
    topics: mergeTopics(parts.map(({ topics }) => topics)),
    errors: addCounts(parts.map(({ errors }) => errors)),
    errorsByFate: mergeErrors(parts.map(({ errorsByFate }) => errorsByFate)),
    limitedBy: limitOf(parts, shares),
    ...(shares === undefined ? {} : { timeShares: shares }),
    ...told('digest', mergeDigests(parts)),
    ...told('disorder', mergeDisorder(parts)),
    ...told('backfill', mergeBackfills(parts)),
  };
}

/** Nothing, where no part told of it. */
function told<K extends keyof ProfileSnapshot>(
  name: K,
  value: ProfileSnapshot[K] | undefined,
): { readonly [N in K]?: NonNullable<ProfileSnapshot[K]> } {
  return (value === undefined ? {} : { [name]: value }) as { [N in K]?: NonNullable<ProfileSnapshot[K]> };
}

/** Sums of hashes add up. Undefined unless all parts have one: a part of a digest is the digest of nothing. */
function mergeDigests(parts: readonly ProfileSnapshot[]): DigestSnapshot | undefined {
  const digests = parts.flatMap(({ digest }) => digest ?? []);
  if (digests.length === 0 || digests.length < parts.length) return undefined;
  const topics = [...new Set(digests.flatMap((one) => Object.keys(one.topics)))].sort();
  const sum = (texts: readonly string[]) => texts.reduce(addDigests);
  return {
    all: sum(digests.map(({ all }) => all)),
    topics: Object.fromEntries(
      topics.map((topic) => [topic, sum(digests.flatMap((one) => one.topics[topic] ?? []))]),
    ),
  };
}

function mergeDisorder(parts: readonly ProfileSnapshot[]): ProfileSnapshot['disorder'] {
  const counts = parts.flatMap(({ disorder }) => disorder ?? []);
  return counts.length === 0 ? undefined : addCounts(counts);
}

/** All walk through the same past; the whole is live once the last of them is. */
function mergeBackfills(parts: readonly ProfileSnapshot[]): ProfileSnapshot['backfill'] {
  const all = parts.flatMap(({ backfill }) => (backfill === undefined ? [] : [backfill]));
  if (all.length === 0) return undefined;
  const names = [...new Set(all.flatMap((one) => Object.keys(one)))];
  return Object.fromEntries(
    names.map((name) => [name, mergeBackfill(all.flatMap((one) => one[name] ?? []))]),
  );
}

function mergeBackfill(parts: readonly BackfillSnapshot[]): BackfillSnapshot {
  const start = Math.min(...parts.map((part) => part.start));
  const behind = parts.filter(({ liveFrom }) => liveFrom === undefined);
  if (behind.length > 0) {
    const events = Math.min(...behind.map((part) => part.events));
    return { start, events, reached: Math.min(...behind.map(({ reached = start }) => reached)) };
  }
  const events = Math.max(...parts.map((part) => part.events));
  return { start, events, liveFrom: Math.max(...parts.map(({ liveFrom = start }) => liveFrom)) };
}

/** The same of a run that goes on. */
export function mergeLive(parts: readonly LiveSnapshot[]): LiveSnapshot {
  const sum = (of: (part: LiveSnapshot) => number) => parts.reduce((all, part) => all + of(part), 0);
  const wireBytes = sum(({ profile }) => profile.wireBytes);
  const rawBytes = sum(({ compressionRatio, profile }) => compressionRatio * profile.wireBytes);
  return {
    profile: mergeProfiles(parts.map(({ profile }) => profile)),
    pending: sum(({ pending }) => pending),
    bufferBytes: sum(({ bufferBytes }) => bufferBytes),
    inFlightRequests: sum(({ inFlightRequests }) => inFlightRequests),
    targetRecordsPerSecond: sum(({ targetRecordsPerSecond }) => targetRecordsPerSecond),
    retriesByCode: addCounts(parts.map(({ retriesByCode }) => retriesByCode)),
    batchRecords: addHistograms(parts.map(({ batchRecords }) => batchRecords)),
    batchBytes: addHistograms(parts.map(({ batchBytes }) => batchBytes)),
    latency: eachStage((stage) => addHistograms(parts.map(({ latency }) => latency[stage]))),
    compressionRatio: wireBytes > 0 ? rawBytes / wireBytes : 1,
    ...(parts.some(({ throttledMs }) => throttledMs !== undefined)
      ? { throttledMs: sum(({ throttledMs = 0 }) => throttledMs) }
      : {}),
  };
}

/** Parts that have made nothing yet say nothing of time. */
function spanOf(parts: readonly ProfileSnapshot[]): { seconds: number; firstMadeAt?: number } {
  const begun = parts.flatMap(({ firstMadeAt, seconds }) =>
    firstMadeAt === undefined ? [] : [{ from: firstMadeAt, to: firstMadeAt + seconds * 1000 }],
  );
  if (begun.length === 0) return { seconds: Math.max(...parts.map(({ seconds }) => seconds)) };
  const from = Math.min(...begun.map((part) => part.from));
  const to = Math.max(...begun.map((part) => part.to));
  return { seconds: (to - from) / 1000, firstMadeAt: from };
}

function latencies(parts: readonly ProfileSnapshot[]): Pick<ProfileSnapshot, 'latencyMs' | 'histograms'> {
  const merged = eachStage((stage) => {
    const whole = new Histogram();
    for (const { histograms } of parts) whole.merge(Histogram.decode(histograms[stage]));
    return whole;
  });
  return {
    latencyMs: eachStage<LatencyStats>((stage) => merged[stage].stats()),
    histograms: eachStage((stage) => merged[stage].encode()),
  };
}

function mergeTopics(parts: readonly ProfileSnapshot['topics'][]): ProfileSnapshot['topics'] {
  const names = new Set(parts.flatMap((topics) => Object.keys(topics)));
  const of = (name: string) => parts.flatMap((topics) => topics[name] ?? []);
  return Object.fromEntries([...names].map((name) => [name, mergeTopic(of(name))]));
}

function mergeTopic(parts: readonly TopicSnapshot[]): TopicSnapshot {
  const sum = (of: (part: TopicSnapshot) => number) => parts.reduce((all, part) => all + of(part), 0);
  const offsets: { [partition: string]: readonly [number, number] } = {};
  for (const part of parts) {
    for (const [partition, [first, next]] of Object.entries(part.offsets)) {
      const [begun, ended] = offsets[partition] ?? [first, next];
      // −1: not known, and then not of the whole either.
      const end = next < 0 || ended < 0 ? -1 : Math.max(ended, next);
      offsets[partition] = [Math.min(begun, first), end];
    }
  }
  return {
    records: sum(({ records }) => records),
    partitions: Math.max(...parts.map(({ partitions }) => partitions)),
    offsets,
    written: addCounts(parts.map(({ written }) => written)),
    fates: addCounts(parts.map(({ fates }) => fates)) as TopicSnapshot['fates'],
    due: sum(({ due }) => due),
  };
}

function mergeErrors(parts: readonly ProfileSnapshot['errorsByFate'][]): ProfileSnapshot['errorsByFate'] {
  const of = (fate: Fate) => parts.map((part) => part[fate]).filter((errors) => errors !== undefined);
  const met = FATES.filter((fate) => of(fate).length > 0);
  return Object.fromEntries(met.map((fate) => [fate, addCounts(of(fate))]));
}

/** The mean over all parts of what their sources' time went to. */
function sharesOf(parts: readonly ProfileSnapshot[]): Counts | undefined {
  const known = parts.flatMap(({ timeShares }) => (timeShares === undefined ? [] : [timeShares]));
  if (known.length === 0) return undefined;
  return Object.fromEntries(
    Object.entries(addCounts(known)).map(([word, share]) => [word, share / known.length]),
  );
}

/** What limits most of the parts; of as many, what takes more of their time. */
function limitOf(parts: readonly ProfileSnapshot[], shares: Counts | undefined): string {
  const votes = addCounts(parts.map(({ limitedBy }) => ({ [limitedBy]: 1 })));
  const weight = (word: string) => votes[word]! + (shares?.[word] ?? 0);
  return Object.keys(votes).reduce((most, word) => (weight(word) > weight(most) ? word : most));
}

function addCounts(parts: readonly Counts[]): Counts {
  const sums: { [name: string]: number } = {};
  for (const part of parts) {
    for (const [name, count] of Object.entries(part)) sums[name] = (sums[name] ?? 0) + count;
  }
  return sums;
}

/** Bounds are those of one shape, of which each part names only the ones in use. */
function addHistograms(parts: readonly HistogramSnapshot[]): HistogramSnapshot {
  const counts = new Map<number, number>();
  for (const part of parts) {
    part.bounds.forEach((bound, i) => {
      counts.set(bound, (counts.get(bound) ?? 0) + part.counts[i]!);
    });
  }
  const bounds = [...counts.keys()].sort((one, other) => one - other);
  return {
    bounds,
    counts: bounds.map((bound) => counts.get(bound)!),
    sum: parts.reduce((all, { sum }) => all + sum, 0),
    count: parts.reduce((all, { count }) => all + count, 0),
  };
}

function eachStage<T>(of: (stage: Stage) => T): { [S in Stage]: T } {
  const result = {} as { [S in Stage]: T };
  for (const stage of STAGES) result[stage] = of(stage);
  return result;
}
