import { EventmillError } from '../errors.js';
import { PastFile } from '../past.js';
import type { RatePart } from '../types.js';

/**
 * The course of past events, for any generator: as many in each stretch of time as a file has there.
 *
 *     n(t) = c₀ + … + cᵢ₋₁ + cᵢ · (v · t − i · W) / W      with i = ⌊v · t / W⌋
 *
 * with n the number of events due, cᵢ how many events the file has in its i-th stretch, W the width of a stretch, v the speed,
 * and t the time elapsed in milliseconds. W is a millisecond, doubled until the file fits into 65,536 stretches:
 * eighteen hours by the second. Behind the file's end nothing more is due, unless it begins again.
 */
const replay: RatePart = {
  doc: "The course of past events, from a file's times, for any generator (the generator replay has their values too)",
  options: {
    file: { doc: 'The file, .jsonl, .csv or .tsv', type: 'string', default: '' },
    field: {
      doc: 'Where a row has its time: ISO, or seconds or milliseconds since 1970',
      type: 'string',
      default: 'timestamp',
    },
    speed: { doc: 'How many times as fast as it was', type: 'number', default: 1, min: 1e-6, max: 1e6 },
    loop: { doc: 'Whether it begins again at the end', type: 'boolean', default: false },
  },
  create(options) {
    const path = String(options['file']);
    const { sums, width, count, span } = courseOf(path, String(options['field']));
    const speed = Number(options['speed']);
    const loop = options['loop'] === true;
    const within = (t: number) => {
      const at = Math.min(sums.length - 1, t / width);
      const index = Math.min(sums.length - 2, Math.floor(at));
      return sums[index]! + (sums[index + 1]! - sums[index]!) * (at - index);
    };
    return {
      countBy(elapsedMs) {
        const t = Math.max(0, elapsedMs) * speed;
        const rounds = loop ? Math.floor(t / span) : 0;
        return rounds * count + within(t - rounds * span);
      },
      perSecondAt(elapsedMs) {
        const t = Math.max(0, elapsedMs) * speed;
        const index = Math.floor((loop ? t % span : t) / width);
        if (index >= sums.length - 1) return 0;
        return ((sums[index + 1]! - sums[index]!) / width) * speed * 1000;
      },
    };
  },
};

const STRETCHES = 65_536;

/** The sums of events up to each stretch; `span`: their width together. */
function courseOf(path: string, field: string) {
  const file = new PastFile(path, field);
  const counts = new Float64Array(STRETCHES);
  let width = 1;
  let first: number | null = null;
  let last = 0;
  let count = 0;
  for (let one = file.next(); one !== null; one = file.next()) {
    first ??= one.at;
    // What stands behind a later one in the file came at once.
    const at = Math.max(last, one.at - first);
    last = at;
    count++;
    while (at / width >= STRETCHES) {
      for (let i = 0; i < STRETCHES / 2; i++) counts[i] = counts[2 * i]! + counts[2 * i + 1]!;
      counts.fill(0, STRETCHES / 2);
      width *= 2;
    }
    counts[Math.floor(at / width)]!++;
  }
  if (count === 0)
    throw new EventmillError('CONFIG', `replay: file: expected events, got an empty file, ${path}`);
  const used = Math.floor(last / width) + 1;
  const sums = new Float64Array(used + 1);
  for (let i = 0; i < used; i++) sums[i + 1] = sums[i]! + counts[i]!;
  return { sums, width, count, span: used * width };
}

export default replay;
