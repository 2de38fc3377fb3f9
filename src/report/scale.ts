/** From values to places in a drawing, with ticks where people expect them; the only importer of d3-scale. */
import { scaleLinear, scaleLog } from 'd3-scale';

export interface Scale {
  /** Where a value stands, in the drawing's own units. */
  at(value: number): number;
  readonly ticks: readonly number[];
}

export type Range = readonly [from: number, to: number];

/** In proportion, from zero to a round number that no value exceeds. */
export function fromZero(values: readonly number[], range: Range, ticks = 4): Scale {
  const most = Math.max(0, ...values.filter(Number.isFinite));
  const scale = scaleLinear()
    .domain([0, most > 0 ? most : 1])
    .range(range)
    .nice(ticks);
  return { at: (value) => scale(value), ticks: scale.ticks(ticks) };
}

/** Equal steps for equal factors. What lies beyond the ends, or not above zero, stands at the end. */
export function byFactors(values: readonly number[], range: Range): Scale {
  const real = values.filter((value) => Number.isFinite(value) && value > 0);
  const least = real.length === 0 ? 1 : Math.min(...real);
  const most = real.length === 0 ? 10 : Math.max(...real);
  // Room for a value that stands alone, and for marks at both ends.
  const room = Math.max(1.01, (most / least) ** 0.05);
  const [low, high] = [least / room, most * room];
  const scale = scaleLog().domain([low, high]).range(range).clamp(true);
  return { at: (value) => scale(Math.max(value, low)), ticks: factorTicks(low, high) };
}

/** Whole decades where there are many, else 1, 2 and 5 in each, else as on a straight scale. */
function factorTicks(low: number, high: number): number[] {
  const span = high / low;
  if (span < 4) return scaleLinear().domain([low, high]).ticks(4);
  const steps = span > 300 ? [1] : span > 30 ? [1, 3] : [1, 2, 5];
  const every = Math.ceil(Math.log10(span) / 6);
  const found: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    if (power % every !== 0) continue;
    for (const step of steps) {
      // Through text, since 10 ** −3 × 3 is not quite 0.003.
      const tick = Number(`${step}e${power}`);
      if (tick >= low && tick <= high) found.push(tick);
    }
  }
  return found;
}
