/** The market as `stock` makes it in simulated time, tick by tick. */
import type { Tick } from '../../../generators/market/tick.js';
import stock from '../../../generators/stock.js';
import { checkOptions } from '../../../src/config/options.js';
import { createRandom } from '../../../src/random.js';
import type { Feed } from '../../../src/types.js';

/** A Monday; no holidays or half-days for a fortnight, and daylight saving time begins on the Sunday between. */
export const START = Date.UTC(2025, 2, 3);

export type Options = Readonly<{ [name: string]: unknown }>;

export function openStock(seed: number, given: Options, start = START): Feed<Tick> {
  const options = checkOptions(stock.options ?? {}, given, 'realism');
  const time = { kind: 'simulated', pace: 'own', start, speed: 1 } as const;
  return stock.create({ options, random: createRandom(seed).fork('stock'), time });
}
