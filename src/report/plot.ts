/** The frame of a drawing: axes with their ticks and titles, and what is drawn between them. */
import { type Content, html, type Markup } from './html.js';
import type { Scale } from './scale.js';

/** The drawing's own units. About as wide as a phone's screen, so that its letters can be read there too. */
export const WIDTH = 440;

export interface Axis {
  readonly scale: Scale;
  readonly title: string;
  readonly format: (value: number) => string;
}

export interface Frame {
  /** Default: WIDTH. */
  readonly width?: number;
  readonly height: number;
  /** Room at the left and right, for what stands beside the drawing. */
  readonly left: number;
  readonly right?: number;
  readonly top?: number;
  readonly x: Axis;
  /** None: rows that carry their names. */
  readonly y?: Axis;
  /** For those who do not see it: what it shows, in one sentence. */
  readonly label: string;
  readonly marks: Content;
}

const BOTTOM = 36;

/** From where to where the y axis goes, bottom first. */
export function heightRange(height: number, top = 10): readonly [number, number] {
  return [height - BOTTOM, top];
}

export function widthRange(left: number, right = 12, width = WIDTH): readonly [number, number] {
  return [left, width - right];
}

/** An SVG that scales with its figure. */
export function plot({
  width = WIDTH,
  height,
  left,
  right = 12,
  top = 10,
  x,
  y,
  label,
  marks,
}: Frame): Markup {
  const bottom = height - BOTTOM;
  const end = width - right;
  const vertical = x.scale.ticks.map(
    (tick) => html`<path class="grid" d="M${n(x.scale.at(tick))} ${top}V${bottom}"/>
<text x="${n(x.scale.at(tick))}" y="${bottom + 15}" text-anchor="middle">${x.format(tick)}</text>`,
  );
  const horizontal = (y?.scale.ticks ?? []).map(
    (tick) => html`<path class="grid" d="M${left} ${n(y!.scale.at(tick))}H${end}"/>
<text x="${left - 6}" y="${n(y!.scale.at(tick) + 4)}" text-anchor="end">${y!.format(tick)}</text>`,
  );
  const titles = html`<text class="title" x="${end}" y="${height - 4}" text-anchor="end">${x.title}</text>${
    y === undefined ? '' : html`<text class="title" x="0" y="9">${y.title}</text>`
  }`;
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
<g aria-hidden="true">
${vertical}${horizontal}
<path class="axis" d="M${left} ${bottom}H${end}"/>
${titles}
${marks}
</g>
</svg>`;
}

/** A line through points; those without a value part it. */
export function path(points: readonly (readonly [x: number, y: number] | null)[]): string {
  let text = '';
  let drawing = false;
  for (const point of points) {
    if (point !== null) text += `${drawing ? 'L' : 'M'}${n(point[0])} ${n(point[1])}`;
    drawing = point !== null;
  }
  return text;
}

/** A tenth of a unit is finer than any screen. */
export function n(value: number): number {
  return Math.round(value * 10) / 10;
}
