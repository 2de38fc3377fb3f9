/**
 * What measuring costs: the pipeline with everything that measures and looks, and with all of it taken out, in pairs of
 * processes of their own, of which the first alternates. The machine's moods meet both of a pair alike.
 */
import { ratioOf } from '../../src/compare/statistics.js';
import type { Measured } from './stages.js';

const CONFIDENCE = 0.95;
/** What the first records cost is the engine's start, not measuring. */
const WARMUP_SHARE = 0.2;

export interface OverheadWishes {
  readonly generators: readonly string[];
  readonly into: readonly string[];
  readonly records: number;
  readonly pairs: number;
  readonly stage: (args: readonly string[]) => Promise<Measured>;
}

/** A line for each generator and what it goes into; the ratios are measured ÷ unmeasured. */
export async function* overheads({
  generators,
  into,
  records,
  pairs,
  stage,
}: OverheadWishes): AsyncIterable<string> {
  for (const generator of generators) {
    for (const where of into) {
      const warmup = String(Math.round(records * WARMUP_SHARE));
      const own = [
        '--generator',
        generator,
        '--records',
        String(records),
        '--stage',
        where,
        '--warmup',
        warmup,
      ];
      const speed: number[] = [];
      const cpu: number[] = [];
      for (let pair = 0; pair < pairs; pair++) {
        const runs = [
          [...own, '--watched'],
          [...own, '--unmeasured'],
        ] as const;
        const found: Measured[] = [];
        for (const at of pair % 2 === 0 ? [0, 1] : [1, 0]) found[at] = await stage(runs[at]!);
        const [measured, bare] = found as [Measured, Measured];
        speed.push(measured.records / measured.seconds / (bare.records / bare.seconds));
        cpu.push(measured.cpuSeconds / measured.records / (bare.cpuSeconds / bare.records));
      }
      yield `${generator} into ${where}, measured ÷ unmeasured, ${pairs} pairs: records/s ${told(speed)}, CPU per record ${told(cpu)}\n`;
    }
  }
}

function told(ratios: readonly number[]): string {
  const { value, low, high } = ratioOf(ratios, CONFIDENCE);
  return `${value.toFixed(3)} (${low.toFixed(3)} … ${high.toFixed(3)})`;
}
