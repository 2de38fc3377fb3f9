/** A course of numbers drawn with block characters, for terminals and pipes alike. */

const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/**
 * Bars standing on zero, the highest one as high as the skyline: `height` lines from the top, each `width` characters. Each bar is the
 * mean of the values it stands for. What is above zero shows, however little.
 */
export function skyline(values: readonly number[], width: number, height: number): string[] {
  const bars = resampled(values, width);
  const top = Math.max(...bars, 0);
  const heights = bars.map((bar) => {
    const eighths = top > 0 ? Math.round((bar / top) * height * 8) : 0;
    return bar > 0 ? Math.max(1, eighths) : 0;
  });
  return Array.from({ length: height }, (_, row) => {
    const below = (height - 1 - row) * 8;
    return heights.map((eighths) => EIGHTHS[Math.min(8, Math.max(0, eighths - below))]).join('');
  });
}

/** As many values as asked for, each the mean of its span. */
function resampled(values: readonly number[], width: number): number[] {
  if (values.length === 0) return new Array<number>(width).fill(0);
  return Array.from({ length: width }, (_, i) => {
    const from = (i * values.length) / width;
    const to = ((i + 1) * values.length) / width;
    let sum = 0;
    for (let at = Math.floor(from); at < to; at++) {
      const part = Math.min(at + 1, to) - Math.max(at, from);
      sum += part * values[Math.min(at, values.length - 1)]!;
    }
    return sum / (to - from);
  });
}
