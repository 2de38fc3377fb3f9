/** Orders made up at next to no cost, so that what judges them is what is measured: six events each, of 64 orders in turn. */
import type { Expected, Replay } from '../../src/verify/expectations.js';

const EVENTS = 6;
const TURNS = 64;
/** Of all records. */
export const AT = 1_700_000_000_000;

class Orders implements Replay {
  readonly topic = 'bench';
  readonly key = Buffer.from('O-000000000');
  readonly keyStart = 0;
  readonly keyLength = this.key.length;
  readonly value = Buffer.from(
    `{"type":"made-up","orderId":"O-000000000","timestamp":${AT},"sequence":1,"cents":1234,"note":"as it comes"}`,
  );
  readonly valueLength = this.value.length;
  readonly #idAt = this.value.indexOf('O-');
  readonly #sequenceAt = this.value.indexOf('"sequence":') + 11;
  last = false;
  #index = 0;

  next(): boolean {
    const within = this.#index % (EVENTS * TURNS);
    let order = ((this.#index - within) / (EVENTS * TURNS)) * TURNS + (within % TURNS);
    this.#index++;
    for (let at = this.keyLength - 1; at > 1; at--) {
      const digit = 0x30 + (order % 10);
      this.key[at] = digit;
      this.value[this.#idAt + at] = digit;
      order = Math.floor(order / 10);
    }
    this.last = within >= (EVENTS - 1) * TURNS;
    this.value[this.#sequenceAt] = 0x31 + Math.floor(within / TURNS);
    return true;
  }
}

export function madeUpOrders(): Expected {
  return {
    topic: 'bench',
    compares: 'times',
    ordered: true,
    stamped: true,
    promises: false,
    open: () => new Orders(),
  };
}
