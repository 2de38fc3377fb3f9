import { EventmillError } from '../errors.js';
import type { OptionValue, RatePart } from '../types.js';
import { expected, parseDuration, parsePerSecond } from '../units.js';

/**
 * One rate after another, each for a while; the last one holds.
 *
 *     events/s
 *       r₂ |      ┌────┐
 *       r₁ |──────┘    │
 *       r₃ |           └──────
 *        0 +──────┬────┬──────→ t
 *                 T₁   T₂
 *
 *     n(t) = r₁ · d₁ + … + rₖ₋₁ · dₖ₋₁ + rₖ · (t − Tₖ₋₁)      for Tₖ₋₁ ≤ t < Tₖ
 *
 * with n the number of events due, rₖ the k-th rate in events per millisecond, dₖ its duration, Tₖ = d₁ + … + dₖ where
 * it ends, and t the time elapsed, all in milliseconds. T₀ is zero, and the last step's end is never.
 */
const steps: RatePart = {
  doc: 'One rate after another, each for a while; the last one holds',
  options: {
    steps: {
      doc: 'Each step as "RATE for DURATION"; the last one may be a rate alone',
      type: 'list',
      default: ['10/s for 10s', '100/s for 10s', '10/s'],
    },
  },
  create(options) {
    const course = readCourse(options['steps'] ?? []);
    const stepAt = (t: number) => {
      let k = course.length - 1;
      while (k > 0 && (course[k]?.start ?? 0) > t) k--;
      return course[k] ?? NOTHING;
    };
    return {
      countBy(elapsedMs) {
        const t = Math.max(0, elapsedMs);
        const step = stepAt(t);
        return step.before + step.perMs * (t - step.start);
      },
      perSecondAt: (elapsedMs) => stepAt(Math.max(0, elapsedMs)).perMs * 1000,
    };
  },
};

/** A step with the sum of all before it. */
interface Step {
  readonly start: number;
  readonly before: number;
  readonly perMs: number;
}

const NOTHING: Step = { start: 0, before: 0, perMs: 0 };
const STEP = '"RATE for DURATION", such as "100/s for 10s"';

function readCourse(given: OptionValue): readonly Step[] {
  const texts = Array.isArray(given) ? given : [given];
  if (texts.length === 0)
    throw new EventmillError('CONFIG', `steps: ${expected(`a list of ${STEP}`, texts).problem}`);
  const course: Step[] = [];
  let start = 0;
  let before = 0;
  for (const [index, text] of texts.entries()) {
    const [rate = '', duration, ...more] = String(text).split(/\s+for\s+/);
    const perSecond = parsePerSecond(rate);
    const lasts = duration === undefined ? undefined : parseDuration(duration);
    const problem =
      ('problem' in perSecond && perSecond.problem) ||
      (lasts !== undefined && 'problem' in lasts && lasts.problem) ||
      (more.length > 0 && expected(STEP, text).problem) ||
      (lasts === undefined &&
        index < texts.length - 1 &&
        expected(STEP, text, 'only the last may have no duration').problem);
    if (problem) throw new EventmillError('CONFIG', `steps: step ${index + 1}: ${problem}`);
    const perMs = ('value' in perSecond ? perSecond.value : 0) / 1000;
    course.push({ start, before, perMs });
    const ms = lasts !== undefined && 'value' in lasts ? lasts.value : 0;
    start += ms;
    before += perMs * ms;
  }
  if (course.every((step) => step.perMs === 0)) {
    throw new EventmillError('CONFIG', 'steps: expected at least one rate above zero, got none; raise one');
  }
  return course;
}

export default steps;
