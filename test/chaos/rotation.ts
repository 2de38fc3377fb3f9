/** Which fault comes next in a soak: every kind that the sandbox knows, in an order that the seed draws anew each round. */
import type { Random } from '../../src/types.js';

type Draw = (random: Random) => string;

/** What a request can be refused with, and tried again after. */
const REFUSALS = [
  'NOT_LEADER_OR_FOLLOWER',
  'NOT_ENOUGH_REPLICAS',
  'REQUEST_TIMED_OUT',
  'KAFKA_STORAGE_ERROR',
];

const few: Draw = (random) => String(1 + random.int(5));
const pause: Draw = (random) => `${100 + random.int(400)}ms`;
const away: Draw = (random) => `${1 + random.int(3)}s`;
const broker: Draw = (random) => String(1 + random.int(NODES));
const refusal: Draw = (random) => REFUSALS[random.int(REFUSALS.length)]!;

/** How many brokers the faults speak of. */
export const NODES = 3;

/**
 * Each strikes within what is left of its turn, and all of them are over when the next one comes, but for a broker
 * that is away a little longer. `produce` is how records are lost and doubled, `fetch` is what the reader has to bear.
 */
const FAULTS: readonly Draw[] = [
  (random) => `produce:delay=${pause(random)},for=2s`,
  (random) => `produce:throttle=${pause(random)},count=${few(random)}`,
  (random) => `produce:error=${refusal(random)},count=${few(random)}`,
  (random) => `produce:error-after=${refusal(random)},count=${few(random)}`,
  (random) => `produce:partition-error=${refusal(random)},partition=${random.int(6)},count=${few(random)}`,
  (random) => `produce:drop,count=${few(random)}`,
  (random) => `produce:drop-after,count=${few(random)}`,
  () => 'produce:silence,count=1',
  () => 'produce:silence-after,count=1',
  (random) => `produce:leader-move,count=${few(random)}`,
  () => 'broker:leader-move,at=1ms',
  (random) => `broker:gone=${away(random)},at=1ms,node=${broker(random)}`,
  (random) => `produce:gone-after=${away(random)},count=1`,
  (random) => `fetch:drop,count=${few(random)}`,
  () => 'fetch:silence,count=1',
];

/** Fault specs without end. */
export function* rotation(random: Random): Generator<string, never> {
  for (;;) {
    const left = [...FAULTS];
    while (left.length > 0) yield left.splice(random.int(left.length), 1)[0]!(random);
  }
}
