/** What V8 is told of this program: that the way of an event is one long, hot path of small functions. */
import { setFlagsFromString } from 'node:v8';

/**
 * V8 takes no more functions into one than this much bytecode holds; its own limit is 920. The way of an event is longer, and
 * wherever it is cut, numbers with fractions are handed over as objects of their own. 10,000 is slower again.
 */
const INLINED_BYTES = 2000;

/** Before anything is hot. For programs of our own; a library leaves the process as it finds it. */
export function tuneEngine(): void {
  setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${INLINED_BYTES}`);
}
