/** What kept a profile from being faster, as one sentence for people. */
import { milliseconds } from './figures.js';
import type { MachineLoad, ProfileSnapshot } from './types.js';
import type { LimitedBy } from './waits.js';

const SENTENCES: { readonly [L in LimitedBy]: string } = {
  rate: 'the rate that was asked for; it kept up',
  generator: 'the generator: making events and writing them into batches took the time',
  'event loop': "the event loop: sending, answers and other work of this thread took the generator's time",
  compression: 'compression: batches waited to be packed; a lower level or another codec takes less',
  'buffer full':
    'the buffer: all it holds was under way, and requests did not queue; a greater bufferBytes would let more go',
  'in-flight limit':
    'the in-flight limit: batches were ready and had to wait for answers, which took no longer for it; a greater inFlightMax or batchBytes would let more go',
  broker: 'the broker, or the way to it: requests queued, were throttled or had to be repeated',
  acknowledgements: 'acknowledgements: mode sync waits for each before the next record is made',
};

/** From here on, of all processors, others' work is worth a word: some of ours will have waited for one. */
const CROWDED = { all: 0.8, others: 0.15 };

/** Undefined while nothing was due or measured, and for words of another version. */
export function bottleneck({ limitedBy, timeShares, due, machine }: ProfileSnapshot): string | undefined {
  const sentence = SENTENCES[limitedBy as LimitedBy];
  if (sentence === undefined || timeShares === undefined || due === 0) return undefined;
  const share = timeShares[limitedBy];
  const facts = [
    ...(share === undefined ? [] : [`${percent(share)} of the time`]),
    // Whoever keeps up is not held back, whatever others do.
    ...(limitedBy === 'rate' ? [] : crowd(machine)),
  ];
  const why = facts.length === 0 ? '' : ` (${facts.join('; ')})`;
  const at = sentence.search(/[:;,]/);
  return `limited by ${sentence.slice(0, at)}${why}${sentence.slice(at)}`;
}

function crowd(machine: MachineLoad | undefined): string[] {
  if (machine === undefined || machine.others === null) return [];
  if (machine.all < CROWDED.all || machine.others < CROWDED.others) return [];
  return [`other programs used ${percent(machine.others)} of the machine`];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Half of the records so late are no moment's stall. */
const LATE_MS = 250;

/** That a rate was not held, where events were made late throughout; undefined where it was, or none was asked for. */
export function lateness({ limitedBy, latencyMs }: ProfileSnapshot): string | undefined {
  const { p50, max } = latencyMs.schedule;
  if (limitedBy === 'rate' || p50 < LATE_MS) return undefined;
  return `the rate was not held: half of the records were made ${milliseconds(p50)} late or more, some ${milliseconds(max)}`;
}
