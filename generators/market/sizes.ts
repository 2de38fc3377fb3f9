/** How many shares: of trades, and of the quotes around them. */
import { aliasTable } from '../../src/alias.js';
import type { Random } from '../../src/types.js';

/** Shares in a round lot, by price in dollars (SEC Rule 600(b)(93), as amended in 2020). */
export function roundLot(price: number): number {
  if (price <= 250) return 100;
  if (price <= 1000) return 40;
  return price <= 10_000 ? 10 : 1;
}

/** Lots that people like, and how often. */
const ROUND: readonly (readonly [lots: number, weight: number])[] = [
  [1, 40],
  [2, 4.2],
  [3, 1.9],
  [4, 1.1],
  [5, 1.5],
];
/** Odd sizes in shares of a hundred: what retail orders and sliced orders leave. */
const ODD: readonly (readonly [shares: number, weight: number])[] = [
  [1, 6],
  [2, 2.5],
  [3, 1.8],
  [4, 1.2],
  [5, 2.6],
  [6, 0.8],
  [7, 0.7],
  [8, 0.8],
  [10, 5],
  [12, 0.6],
  [15, 1.1],
  [20, 2.6],
  [25, 2.2],
  [30, 1.1],
  [40, 1],
  [50, 4.2],
  [60, 0.6],
  [75, 0.7],
  [80, 0.5],
  [99, 0.8],
];
/** Any odd lot; more than a lot but not whole lots; the heavy tail. */
const ANY_ODD = 6.5;
const MIXED = 5;
const TAIL = 1.9;
const TAIL_LOTS = 6;
const TAIL_LOTS_MAX = 20_000;
/** P(more than s lots) falls as s^−1.5. */
const TAIL_EXPONENT = 1.5;

const OUTCOMES = ROUND.length + ODD.length;
const TABLE = aliasTable([
  ...ROUND.map(([, weight]) => weight),
  ...ODD.map(([, weight]) => weight),
  ANY_ODD,
  MIXED,
  TAIL,
]);

/** The size of a trade, in shares. */
export function tradeSize(random: Random, lot: number): number {
  const outcome = TABLE.pick(random);
  if (outcome < ROUND.length) return ROUND[outcome]![0] * lot;
  if (lot > 1 && outcome < OUTCOMES)
    return Math.max(1, Math.floor((ODD[outcome - ROUND.length]![0] * lot) / 100));
  if (lot > 1 && outcome === OUTCOMES) return 1 + random.int(lot - 1);
  if (outcome <= OUTCOMES + 1) return lot + random.int(4 * lot);
  const lots = TAIL_LOTS * Math.exp(random.exponential() / TAIL_EXPONENT);
  return lot * Math.floor(Math.min(lots, TAIL_LOTS_MAX));
}

/** Quoted lots by 8 bits of chance: mostly few, sometimes a wall. */
const QUOTED = Uint16Array.from({ length: 256 }, (_, place) => {
  const rest = 1 - (place + 0.5) / 256;
  return Math.max(1, Math.floor(1.2 * Math.exp(-0.85 * Math.log(rest))));
});

/** The size of a quote, in shares, from 8 bits of chance. */
export function quoteSize(bits: number, lot: number): number {
  return QUOTED[bits & 255]! * lot;
}
