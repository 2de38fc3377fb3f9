/** How a candidate is told from the others: a colour, and for those who do not see colours a shape and a dash. */
import { html, type Markup } from './html.js';
import { n } from './plot.js';

export const LOOKS = 6;

/** Shapes of about the same weight around the origin. */
const SHAPES = [
  'M-4.5 0A4.5 4.5 0 1 1 4.5 0A4.5 4.5 0 1 1-4.5 0Z',
  'M-4-4H4V4H-4Z',
  'M0-5.2L5 4H-5Z',
  'M0-5.6L5.6 0L0 5.6L-5.6 0Z',
  'M0 5.2L5-4H-5Z',
  'M-5-1.7H-1.7V-5H1.7V-1.7H5V1.7H1.7V5H-1.7V1.7H-5Z',
];

/** The classes of a candidate's lines and marks. Beyond six the colours come again, under other shapes. */
export function look(index: number): string {
  return `look-${index % LOOKS}`;
}

/** A mark at a place, with what it stands for. */
export function mark(index: number, x: number, y: number, words: string, more = ''): Markup {
  const shape = SHAPES[(index + Math.floor(index / LOOKS)) % LOOKS]!;
  return html`<path class="mark ${look(index)} ${more}" transform="translate(${n(x)} ${n(y)})" d="${shape}"><title>${words}</title></path>`;
}

/** Names with their looks. */
export function legend(names: readonly string[]): Markup {
  const items = names.map(
    (name, i) =>
      html`<li><svg viewBox="0 0 34 14" width="34" height="14" aria-hidden="true"><path class="line ${look(i)}" d="M1 7H33"/>${mark(i, 17, 7, name)}</svg> ${name}</li>
`,
  );
  return html`<ul class="legend">${items}</ul>`;
}
