/** The metrics by name, type and labels, and where in a snapshot each value is read. */
import { FATES, STAGES } from '../tally.js';
import type {
  Fate,
  HistogramSnapshot,
  LiveSnapshot,
  Phase,
  ProfileSettings,
  Snapshot,
  TopicSnapshot,
} from '../types.js';

export type Labels = Readonly<{ [label: string]: string }>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number | HistogramSnapshot;
}

export interface Family {
  /** Without the prefix `eventmill_`. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** Histograms: the upper bounds shown, in the metric's unit; and what one unit of the snapshot is in it (default 1). */
  readonly bounds?: readonly number[];
  readonly factor?: number;
  read(snapshot: Snapshot): Sample[];
}

/**
 * Seconds, from 0.1 ms to 2 min in factors of at most 1.5: a quantile that Prometheus works out is as near as that.
 * Always the same ones, so that profiles, machines and shards add up. Each is a series per profile and stage.
 */
export const LATENCY_BOUNDS: readonly number[] = [
  0.0001, 0.00015, 0.0002, 0.0003, 0.0004, 0.0005, 0.0007, 0.001, 0.0015, 0.002, 0.003, 0.004, 0.005, 0.007,
  0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1, 1.5, 2, 3, 4, 5, 7, 10,
  15, 20, 30, 45, 60, 90, 120,
];
/** Powers of two, as the tally counts sizes: 1 … 16,384 records, 256 B … 1 MiB. */
const RECORDS_BOUNDS: readonly number[] = Array.from({ length: 15 }, (_, power) => 2 ** power);
const BYTES_BOUNDS: readonly number[] = Array.from({ length: 13 }, (_, power) => 256 * 2 ** power);

const VERDICTS = ['read', 'lost', 'duplicated', 'reordered', 'corrupted'] as const;
const PHASES: readonly Phase[] = ['starting', 'running', 'flushing', 'verifying', 'done'];

/** A record under way counts as unacknowledged until it has another fate; a counter must not take it back. */
function finalOf({ records, fates }: TopicSnapshot, fate: Fate): number {
  return fate === 'unacknowledged' ? records - fates.acked : fates[fate];
}

export const FAMILIES: readonly Family[] = [
  {
    name: 'records_total',
    type: 'counter',
    help: 'Records by their final fate; each counts once.',
    read: (snapshot) =>
      each(snapshot, (live, profile) =>
        Object.entries(live.profile.topics).flatMap(([topic, of]) =>
          FATES.map((fate) => ({ labels: { profile, topic, fate }, value: finalOf(of, fate) })),
        ),
      ),
  },
  perProfile('due_records_total', 'counter', 'Records that were due so far.', (live) => live.profile.due),
  perProfile(
    'record_bytes_total',
    'counter',
    'Keys, values and headers of the records as made.',
    (live) => live.profile.bytes,
  ),
  perProfile(
    'wire_bytes_total',
    'counter',
    'Bytes that went out, compressed and with all framing.',
    (live) => live.profile.wireBytes,
  ),
  perProfile(
    'batches_total',
    'counter',
    'Batches closed and handed on; one that is split counts as two.',
    (live) => live.profile.batches,
  ),
  perProfile('requests_total', 'counter', 'Requests that carried batches.', (live) => live.profile.requests),
  {
    name: 'retries_total',
    type: 'counter',
    help: 'Repeated attempts to send a batch, by the code of the attempt before.',
    read: (snapshot) =>
      each(snapshot, (live, profile) =>
        Object.entries(live.retriesByCode).map(([code, value]) => ({ labels: { profile, code }, value })),
      ),
  },
  {
    name: 'errors_total',
    type: 'counter',
    help: 'Records that were not delivered, by the code of what kept them from it.',
    read: (snapshot) =>
      each(snapshot, (live, profile) =>
        Object.entries(live.profile.errors).map(([code, value]) => ({ labels: { profile, code }, value })),
      ),
  },
  {
    name: 'latency_seconds',
    type: 'histogram',
    help: 'Time per record from when it was due; by stage, and total until it was settled.',
    bounds: LATENCY_BOUNDS,
    factor: 0.001,
    read: (snapshot) =>
      each(snapshot, (live, profile) =>
        STAGES.map((stage) => ({ labels: { profile, stage }, value: live.latency[stage] })),
      ),
  },
  {
    ...perProfile(
      'batch_records',
      'histogram',
      'Records in each batch when it was closed.',
      (live) => live.batchRecords,
    ),
    bounds: RECORDS_BOUNDS,
  },
  {
    ...perProfile(
      'batch_bytes',
      'histogram',
      'Bytes of each batch when it was closed, before compression.',
      (live) => live.batchBytes,
    ),
    bounds: BYTES_BOUNDS,
  },
  perProfile(
    'compression_ratio',
    'gauge',
    'Bytes of batches before compression by bytes sent; 1 without compression.',
    (live) => live.compressionRatio,
  ),
  perProfile('buffer_bytes', 'gauge', 'Bytes waiting or under way.', (live) => live.bufferBytes),
  perProfile(
    'buffer_limit_bytes',
    'gauge',
    'What buffer_bytes may come to; the setting bufferBytes.',
    (live) => live.profile.settings.bufferBytes,
  ),
  perProfile(
    'in_flight_requests',
    'gauge',
    'Requests sent and not answered.',
    (live) => live.inFlightRequests,
  ),
  perProfile(
    'target_records_per_second',
    'gauge',
    'The rate asked for at this moment; +Inf for as fast as it goes.',
    (live) => live.targetRecordsPerSecond,
  ),
  {
    name: 'verified_records',
    type: 'gauge',
    help: 'Records read back, and what was found of them; there once a run with --verify has been judged.',
    read: (snapshot) =>
      each(snapshot, ({ profile: { verify } }, profile) =>
        verify === undefined
          ? []
          : VERDICTS.map((verdict) => ({ labels: { profile, verdict }, value: verify[verdict] })),
      ),
  },
  {
    name: 'run_phase',
    type: 'gauge',
    help: '1 for the phase that the run is in, 0 for the others.',
    read: ({ phase }) => PHASES.map((one) => ({ labels: { phase: one }, value: one === phase ? 1 : 0 })),
  },
  {
    name: 'run_start_time_seconds',
    type: 'gauge',
    help: 'When the run began, in seconds since the epoch.',
    read: ({ startedAt }) => [{ labels: {}, value: Date.parse(startedAt) / 1000 }],
  },
  {
    name: 'run_info',
    type: 'gauge',
    help: 'Always 1; what runs, as labels.',
    read: ({ eventmill, workload, driver, seed, sandbox }) => [
      { labels: { version: eventmill, workload, driver, seed: `${seed}`, sandbox: `${sandbox}` }, value: 1 },
    ],
  },
  {
    name: 'profile_info',
    type: 'gauge',
    help: 'Always 1; the settings of a profile as labels.',
    read: (snapshot) =>
      each(snapshot, (live, profile) => [
        { labels: { profile, ...settingLabels(live.profile.settings) }, value: 1 },
      ]),
  },
];

function perProfile(
  name: string,
  type: Family['type'],
  help: string,
  of: (live: LiveSnapshot) => Sample['value'],
): Family {
  return {
    name,
    type,
    help,
    read: (snapshot) => each(snapshot, (live, profile) => [{ labels: { profile }, value: of(live) }]),
  };
}

function each(snapshot: Snapshot, read: (live: LiveSnapshot, profile: string) => Sample[]): Sample[] {
  return snapshot.profiles.flatMap((live) => read(live, live.profile.name));
}

/** `lingerMs` → `linger_ms`: labels are in snake case by Prometheus's conventions. */
function settingLabels(settings: ProfileSettings): Labels {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value === null ? '' : String(value),
    ]),
  );
}
