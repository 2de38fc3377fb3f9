/** What `--show` adds to the end of a run: where records went, how they were packed, and where their time went. */
import { bytes, count, milliseconds, NOTHING } from './figures.js';
import { type Column, type TableLook, table } from './table.js';
import type { LiveSnapshot, ProfileSnapshot, Snapshot, Stage } from './types.js';

export const BREAKDOWNS = ['partitions', 'batches', 'latency'] as const;
export type BreakdownKind = (typeof BREAKDOWNS)[number];

interface Breakdown {
  readonly columns: readonly Column[];
  readonly rowsOf: (live: LiveSnapshot) => readonly (readonly string[])[];
}

/** In the order in which a record meets them. */
const STAGES: readonly Stage[] = ['schedule', 'buffer', 'compression', 'retry', 'request', 'total'];

const KINDS: { readonly [kind in BreakdownKind]: Breakdown } = {
  partitions: {
    columns: [
      { title: 'topic', align: 'left' },
      { title: 'partition' },
      { title: 'records' },
      { title: 'share' },
    ],
    rowsOf: ({ profile }) => partitionRows(profile),
  },
  batches: {
    columns: [
      { title: 'profile', align: 'left' },
      { title: 'batches' },
      { title: 'records/batch' },
      { title: 'requests' },
      { title: 'wire/record' },
    ],
    rowsOf: (live) => [batchRow(live)],
  },
  latency: {
    columns: [{ title: 'mean of', align: 'left' }, ...STAGES.map((title) => ({ title }))],
    rowsOf: ({ profile: { name, latencyMs } }) => [
      [name, ...STAGES.map((stage) => milliseconds(latencyMs[stage].mean))],
    ],
  },
};

/** A table for each kind asked for, over all profiles; without a line end behind the last. */
export function breakdowns(snapshot: Snapshot, kinds: readonly BreakdownKind[], look: TableLook): string {
  return [...new Set(kinds)]
    .map((kind) => {
      const { columns, rowsOf } = KINDS[kind];
      return `\n${table(columns, snapshot.profiles.flatMap(rowsOf), look)}`;
    })
    .join('\n');
}

function partitionRows({ topics }: ProfileSnapshot): string[][] {
  return Object.entries(topics).flatMap(([topic, { partitions, written, records }]) => {
    const unknown = records > 0 && Object.keys(written).length === 0;
    if (unknown) return [[topic, NOTHING, count(records), NOTHING]];
    return Array.from({ length: partitions }, (_, partition) => {
      const here = written[partition] ?? 0;
      const share = records === 0 ? NOTHING : `${Math.round((here / records) * 100)} %`;
      return [topic, String(partition), count(here), share];
    });
  });
}

function batchRow({ profile, batchRecords }: LiveSnapshot): string[] {
  const { name, batches, requests, wireBytes, records: sent } = profile;
  const perBatch = batchRecords.count === 0 ? Number.NaN : batchRecords.sum / batchRecords.count;
  const perRecord = sent === 0 ? NOTHING : bytes(wireBytes / sent);
  return [
    name,
    count(batches),
    perBatch < 10 ? perBatch.toFixed(1) : count(perBatch),
    count(requests),
    perRecord,
  ];
}
