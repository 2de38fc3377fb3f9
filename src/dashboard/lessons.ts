/** Faults to try with a class: each shows one thing about acknowledgements and retries. */

export interface Lesson {
  readonly name: string;
  /** What to look at. */
  readonly doc: string;
  readonly specs: readonly string[];
}

export const LESSONS: readonly Lesson[] = [
  { name: 'Back to normal', doc: 'no faults at all', specs: [] },
  {
    name: 'Slow broker',
    doc: 'each answer takes 200 ms longer: latency rises, and who waits for each answer falls behind',
    specs: ['produce:delay=200ms'],
  },
  {
    name: 'Cut connections',
    doc: 'one request in ten is cut off before anything is written: retries, nothing lost',
    specs: ['produce:drop,every=10'],
  },
  {
    name: 'Lost answers',
    doc: 'one in ten is written and its answer lost: retries, and duplicates unless idempotent',
    specs: ['produce:drop-after,every=10'],
  },
  {
    name: 'Error before append',
    doc: 'one in ten is refused as by a broker that does not lead: retries elsewhere',
    specs: ['produce:error=NOT_LEADER_OR_FOLLOWER,every=10'],
  },
  {
    name: 'Error after append',
    doc: 'one in ten is written and answered with a time-out: retried although it is there',
    specs: ['produce:error-after=REQUEST_TIMED_OUT,every=10'],
  },
  {
    name: 'Broker away for 5 s',
    doc: 'once: the buffer fills, then everything due in the meantime arrives, late',
    specs: ['broker:gone=5s'],
  },
];
