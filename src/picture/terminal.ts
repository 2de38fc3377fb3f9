/** A picture in characters: Braille patterns, each of which is two dots wide and four high. */
import type { Panel, Picture } from './picture.js';

const ROWS = 6;
const HIGH = ROWS * 4;
const LABEL = 11;
const WIDTH_MIN = 40;
const WIDTH_MAX = 110;
const BLANK = 0x2800;
/** The bits of a pattern's dots, by row and column (Unicode 15, chapter 21.1). */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

/** Lines of at most `width` characters. */
export function inCharacters({ title, facts, ticks, panels }: Picture, width: number): string {
  const columns = Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, width)) - LABEL - 1;
  const lines = [title, ...facts];
  for (const panel of panels)
    lines.push('', ' '.repeat(LABEL + 1) + headOf(panel, columns), ...drawn(panel, columns));
  return `${[...lines, axis(ticks, columns)].join('\n')}\n`;
}

/** Bars that are means hide the peak, so it is told. */
function headOf({ title, values, style, shown }: Panel, columns: number): string {
  const known = values.filter((value) => Number.isFinite(value));
  const peak = known.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY);
  if (style !== 'bars' || values.length <= columns * 2 || !Number.isFinite(peak)) return title;
  return `${title}; at most ${shown(peak)}`;
}

function drawn(panel: Panel, columns: number): string[] {
  const { values, style, shown } = panel;
  const known = values.filter((value) => Number.isFinite(value));
  if (known.length === 0) return [`${' '.repeat(LABEL + 1)}nothing happened`];
  const dots = spread(values, style, columns * 2);
  // The axis is that of what is drawn, which are means where there are more values than dots.
  const drawable = dots.filter((value) => Number.isFinite(value));
  const greatest = drawable.reduce((one, other) => Math.max(one, other));
  const least = style === 'line' ? drawable.reduce((one, other) => Math.min(one, other)) : 0;
  const height = (value: number): number =>
    greatest === least ? 0 : Math.round(((value - least) / (greatest - least)) * (HIGH - 1));
  const cells = Array.from({ length: ROWS }, () => new Uint8Array(columns));
  const put = (x: number, y: number): void => {
    const row = HIGH - 1 - y;
    cells[row >> 2]![x >> 1]! |= DOTS[row & 3]![x & 1]!;
  };
  let before = Number.NaN;
  dots.forEach((value, x) => {
    if (Number.isNaN(value)) return;
    const top = height(value);
    const from = style === 'bars' ? 0 : style === 'line' && !Number.isNaN(before) ? before : top;
    if (style !== 'bars' || value > 0)
      for (let y = Math.min(from, top); y <= Math.max(from, top); y++) put(x, y);
    before = top;
  });
  return cells.map((row, index) => {
    const words = index === 0 ? shown(greatest) : index === ROWS - 1 ? shown(least) : '';
    return `${words.padStart(LABEL)} ${String.fromCodePoint(...[...row].map((bits) => BLANK + bits))}`;
  });
}

/** Values on so many dots: several on one are their mean (of bars their sum is what matters, and is in proportion), one on several is repeated. */
function spread(values: Float64Array, style: Panel['style'], dots: number): Float64Array {
  return new Float64Array(dots).map((_, x) => {
    const from = Math.floor((x * values.length) / dots);
    const to = Math.max(from + 1, Math.floor(((x + 1) * values.length) / dots));
    const some = values.subarray(from, to).filter((value) => Number.isFinite(value));
    if (style === 'dots' && x > 0 && Math.floor(((x - 1) * values.length) / dots) === from) return Number.NaN;
    return some.length === 0 ? Number.NaN : some.reduce((sum, value) => sum + value, 0) / some.length;
  });
}

/** Words below, none over another. */
function axis(ticks: Picture['ticks'], columns: number): string {
  let line = ' '.repeat(LABEL + 1);
  for (const [place, words] of ticks) {
    const at = LABEL + 1 + Math.min(columns - words.length, Math.round(place * columns));
    if (at < line.length && place > 0) continue;
    line = line.padEnd(at) + words;
    line += ' ';
  }
  return line.trimEnd();
}
