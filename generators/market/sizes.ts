/** How many shares: of trades, and of the quotes around them. People think in round lots and in dollars: dear shares change hands in odd lots, cheap ones by the thousand. */
import { aliasTable } from '../../src/alias.js';
import type { Random } from '../../src/types.js';

/** Shares in a round lot, by price in dollars (SEC Rule 600(b)(93), as amended in 2020). */
export function roundLot(price: number): number {
  if (price <= 250) return 100;
  if (price <= 1000) return 40;
  return price <= 10_000 ? 10 : 1;
}

/** Several lots that people like, and how often. */
const SEVERAL: readonly (readonly [lots: number, weight: number])[] = [
  [2, 42],
  [3, 19],
  [4, 11],
  [5, 18],
  [10, 10],
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
/** Among odd lots, those of any size. */
const ANY_ODD = 6.5;
const TAIL_LOTS_MAX = 20_000;
/** P(more than s lots) falls as s^−1.5. */
const TAIL_EXPONENT = 1.5;

/** By price: weights of one lot, several, odd lots, more than a lot but not whole ones, and of the heavy tail, with the lots at which it begins. */
interface Habit {
  readonly below: number;
  readonly one: number;
  readonly several: number;
  readonly odd: number;
  readonly mixed: number;
  readonly tail: number;
  readonly tailLots: number;
}

const HABITS: readonly Habit[] = [
  { below: 8, one: 35, several: 21, odd: 33, mixed: 6, tail: 5, tailLots: 15 },
  { below: 20, one: 37, several: 17, odd: 35.5, mixed: 6, tail: 4.5, tailLots: 11 },
  { below: 50, one: 38, several: 13, odd: 39.5, mixed: 6, tail: 3.5, tailLots: 8 },
  { below: 120, one: 40, several: 8, odd: 44, mixed: 5.5, tail: 2.5, tailLots: 5 },
  { below: 250, one: 41, several: 2, odd: 52.5, mixed: 3, tail: 1.5, tailLots: 3 },
  { below: Infinity, one: 33, several: 2, odd: 61, mixed: 2.5, tail: 1.5, tailLots: 3 },
];

/** Outcomes in the order of the tables below. */
const FIRST_SEVERAL = 1;
const FIRST_ODD = FIRST_SEVERAL + SEVERAL.length;
const OWN_ODD = FIRST_ODD + ODD.length;
const MIXED = OWN_ODD + 1;

const ODD_WEIGHT = ODD.reduce((sum, [, weight]) => sum + weight, ANY_ODD);

const TABLES = HABITS.map(({ one, several, odd, mixed, tail }) =>
  aliasTable([
    one,
    ...SEVERAL.map(([, weight]) => (several * weight) / 100),
    ...[...ODD.map(([, weight]) => weight), ANY_ODD].map((weight) => (odd * weight) / ODD_WEIGHT),
    mixed,
    tail,
  ]),
);

const BELOW = Float64Array.from(HABITS, ({ below }) => below);

/** Which habit goes with a price in dollars. */
export function habitOf(price: number): number {
  let habit = 0;
  while (price >= BELOW[habit]!) habit++;
  return habit;
}

/** Outcomes that are sizes of their own, in shares by lot; 0 for those that are drawn. */
const FIXED: readonly (Int32Array | undefined)[] = fixedSizes();

function fixedSizes(): (Int32Array | undefined)[] {
  const byLot: (Int32Array | undefined)[] = new Array(101).fill(undefined);
  for (const lot of [100, 40, 10, 1]) {
    const sizes = new Int32Array(MIXED + 2);
    // Where a round lot is 40, people still say a hundred.
    sizes[0] = lot === 40 ? 100 : lot;
    SEVERAL.forEach(([lots], index) => {
      sizes[FIRST_SEVERAL + index] = lots * lot;
    });
    ODD.forEach(([shares], index) => {
      sizes[FIRST_ODD + index] = Math.max(1, Math.floor((shares * lot) / 100));
    });
    byLot[lot] = sizes;
  }
  return byLot;
}

/** The size of a trade, in shares; `lot` as `roundLot` says. */
export function tradeSize(random: Random, habit: number, lot: number): number {
  const outcome = TABLES[habit]!.pick(random);
  const fixed = FIXED[lot]![outcome]!;
  if (fixed > 0) return fixed;
  if (outcome === OWN_ODD) return lot > 1 ? 1 + random.int(lot - 1) : 1;
  if (outcome === MIXED) return lot + random.int(4 * lot);
  const lots = HABITS[habit]!.tailLots * Math.exp(random.exponential() / TAIL_EXPONENT);
  return lot * Math.floor(Math.min(lots, TAIL_LOTS_MAX));
}

/** The mean of that, about: what auctions are scaled by. */
export function meanSize(habit: number, lot: number): number {
  const { one, several, odd, mixed, tail, tailLots } = HABITS[habit]!;
  return (lot * (one + 3.5 * several + 0.2 * odd + 3 * mixed + 3 * tailLots * tail)) / 100;
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
