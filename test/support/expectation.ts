/** Compares what a program says with what a page shows of it: a figure behind `~` varies, a digit behind `≤` is at most that, and all else is exact. */
import { expect } from 'vitest';

/** Units that stand for one another: a latency may be shown in milliseconds here and in seconds there. */
const KINDS: readonly (readonly string[])[] = [
  ['µs', 'ms', 's'],
  ['B', 'kB', 'MB', 'GB'],
];
const FIGURE = /~(\d[\d,.]*)(?: (µs|ms|s|B|kB|MB|GB)(?![a-z]))?/g;

/** Every line shown is said, in that order, whatever is said in between. */
export function expectation(shown: readonly string[], said: string): void {
  const lines = said.split('\n');
  let from = 0;
  for (const line of shown) {
    const pattern = patternOf(line);
    const at = lines.findIndex((one, index) => index >= from && pattern.test(one));
    if (at < 0) expect.fail(`expected a line like\n  ${line}\nbelow line ${from} of\n${said}`);
    from = at + 1;
  }
}

/** A figure that varies is of the same kind and, unless the page says ~0, is not zero. */
export function patternOf(line: string): RegExp {
  let pattern = '';
  let end = 0;
  for (const found of line.matchAll(FIGURE)) {
    const [whole, digits, unit] = found;
    pattern += literal(line.slice(end, found.index));
    end = found.index + whole.length;
    const number = /[1-9]/.test(digits!) ? '(?=[\\d,.]*[1-9])\\d[\\d,.]*' : '\\d[\\d,.]*';
    const units = KINDS.find((kind) => kind.includes(unit ?? ''));
    pattern += units === undefined ? number : `${number} (?:${units.join('|')})`;
  }
  return new RegExp(`^${pattern}${literal(line.slice(end))}$`);
}

/** Columns are as wide as their figures need. */
function literal(text: string): string {
  return text
    .replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replaceAll(/ +/g, ' +')
    .replaceAll(/≤(\d)/g, '[0-$1]');
}
