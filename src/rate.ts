/** A rate at work: from its checked specification to an integral, and the arithmetic on whole rates. */
import { loadPart } from './parts.js';
import type { Rate, RatePart, RateSpec } from './types.js';

/** A specification with a formula behind it, as against `max` and `natural`. */
export type ShapeSpec = Extract<RateSpec, { readonly scale: number }>;

/** The rates that no file in rates/ computes, and what they are. */
export const WITHOUT_FORMULA: Readonly<{ [kind in 'max' | 'natural']: string }> = {
  max: 'As fast as it goes; several sources share it in proportion to their own rates.',
  natural:
    'Rush hours, bursts and all: the arrivals of the model itself, or scaled to a mean, { "kind": "natural", "mean": "500/s" }.',
};

/** The specification of a constant rate, in events per second. */
export function constantSpec(perSecond: number): RateSpec {
  return { kind: 'constant', options: { rate: perSecond }, scale: 1 };
}

export function maxSpec(weight = 1): RateSpec {
  return { kind: 'max', weight };
}

export function isShape(spec: RateSpec): spec is ShapeSpec {
  return spec.kind !== 'max' && spec.kind !== 'natural';
}

/** A source's share under `max`, relative to the others'. */
export function weightOf(spec: RateSpec): number {
  return 'weight' in spec ? (spec.weight ?? 1) : 1;
}

/** The rate of a specification; undefined for `max` and `natural`, which have no formula. */
export async function loadRate(spec: RateSpec): Promise<Rate | undefined> {
  return isShape(spec) ? createRate(spec, await loadPart<RatePart>('rates', spec.kind)) : undefined;
}

export function createRate(spec: ShapeSpec, part: RatePart): Rate {
  return scaledRate(part.create(spec.options), spec.scale);
}

/** So many events per second, evenly, without a file in rates/ to look for. */
export function createConstant(perSecond: number): Rate {
  return { countBy: (elapsedMs) => (perSecond * elapsedMs) / 1000, perSecondAt: () => perSecond };
}

/** `factor` times as many events, in the same shape. */
export function scaledRate(rate: Rate, factor: number): Rate {
  if (factor === 1) return rate;
  return {
    countBy: (elapsedMs) => factor * rate.countBy(elapsedMs),
    perSecondAt: (elapsedMs) => factor * rate.perSecondAt(elapsedMs),
    ...(rate.arrivals === undefined ? {} : { arrivals: rate.arrivals }),
  };
}

/** The mean number of events per second over the first `overMs` milliseconds. */
export function meanPerSecond(rate: Rate, overMs: number): number {
  return overMs > 0 ? (rate.countBy(overMs) / overMs) * 1000 : rate.perSecondAt(0);
}
