/** Picking by weight in constant time: M. D. Vose, "A linear algorithm for generating random numbers with a given distribution", 1991. */
import type { Random } from './types.js';

export interface AliasTable {
  readonly size: number;
  /** An index into the weights, each as likely as its weight says; takes one draw. */
  pick(random: Random): number;
}

/** Weights are relative: finite, none negative, their sum above zero. */
export function aliasTable(weights: ArrayLike<number>): AliasTable {
  const size = weights.length;
  let total = 0;
  for (let index = 0; index < size; index++) total += weights[index]!;
  if (!(total > 0 && Number.isFinite(total))) {
    throw new RangeError(`aliasTable: expected weights with a sum above 0, got ${total}`);
  }
  const share = Float64Array.from(weights, (weight) => (weight * size) / total);
  const other = Int32Array.from({ length: size }, (_, index) => index);
  const small: number[] = [];
  const large: number[] = [];
  for (let index = 0; index < size; index++) (share[index]! < 1 ? small : large).push(index);
  while (small.length > 0 && large.length > 0) {
    const less = small.pop()!;
    const more = large[large.length - 1]!;
    other[less] = more;
    share[more] = share[more]! - (1 - share[less]!);
    if (share[more]! < 1) small.push(large.pop()!);
  }
  // What is left over differs from 1 by rounding only.
  for (const index of [...small, ...large]) share[index] = 1;
  return {
    size,
    pick(random) {
      const point = random.float() * size;
      const index = Math.floor(point);
      return point - index < share[index]! ? index : other[index]!;
    },
  };
}
