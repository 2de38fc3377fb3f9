/** A picture as a file: SVG, or a page that holds it. Legible on light and dark ground. */
import type { Panel, Picture } from './picture.js';

const WIDTH = 760;
const LEFT = 80;
const RIGHT = 16;
const HEAD = 56;
const HIGH = 110;
const GAP = 34;
const FOOT = 28;
const INK = '#777';
const COLOR = '#2a7de1';

export function inSvg({ title, facts, ticks, panels }: Picture): string {
  const height = HEAD + panels.length * (HIGH + GAP) + FOOT;
  const parts = [
    `<text x="${LEFT}" y="20" font-size="15" font-weight="bold" fill="${INK}">${escaped(title)}</text>`,
    text(LEFT, 38, facts.join('; '), 'start'),
    ...panels.map((panel, index) => drawn(panel, HEAD + GAP * (index + 0.6) + index * HIGH)),
    ...ticks.map(([place, words]) =>
      text(LEFT + place * (WIDTH - LEFT - RIGHT), height - 10, words, place === 1 ? 'end' : 'middle'),
    ),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
${parts.join('\n')}
</svg>
`;
}

export function inHtml(picture: Picture): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(picture.title)}</title>
<style>
:root { color-scheme: light dark }
body { margin: 1rem auto; max-width: 60rem }
/* Words stay legible on a phone: what is wider than it is pushed along. */
main { overflow-x: auto }
svg { display: block; min-width: ${WIDTH}px }
</style>
<main tabindex="0" aria-label="${escaped(picture.title)}">
${inSvg(picture)}</main>
</html>
`;
}

function drawn({ title, values, style, shown }: Panel, top: number): string {
  const known = values.filter((value) => Number.isFinite(value));
  const floor = top + HIGH;
  const head = text(LEFT, top - 6, title, 'start');
  if (known.length === 0) return head;
  const greatest = known.reduce((one, other) => Math.max(one, other));
  const least = style === 'line' ? known.reduce((one, other) => Math.min(one, other)) : 0;
  const wide = (WIDTH - LEFT - RIGHT) / values.length;
  const y = (value: number): number => round(floor - ((value - least) / (greatest - least || 1)) * HIGH);
  const x = (index: number): number => round(LEFT + (index + 0.5) * wide);
  const marks = [...values].flatMap((value, index) => {
    if (!Number.isFinite(value) || style === 'line') return [];
    if (style === 'dots') return [`<circle cx="${x(index)}" cy="${y(value)}" r="2.5" fill="${COLOR}"/>`];
    const size = `width="${round(0.85 * wide)}" height="${round(floor - y(value))}"`;
    return [`<rect x="${round(x(index) - 0.425 * wide)}" y="${y(value)}" ${size} fill="${COLOR}"/>`];
  });
  const points = [...values].flatMap((value, index) =>
    Number.isFinite(value) ? [`${x(index)},${y(value)}`] : [],
  );
  const line = `<polyline points="${points.join(' ')}" fill="none" stroke="${COLOR}" stroke-width="1.5"/>`;
  return [
    head,
    `<path d="M${LEFT} ${round(floor)}H${WIDTH - RIGHT}" stroke="${INK}" stroke-opacity=".4"/>`,
    text(LEFT - 8, top + 8, shown(greatest), 'end'),
    text(LEFT - 8, floor, shown(least), 'end'),
    ...(style === 'line' ? [line] : marks),
  ].join('\n');
}

function text(x: number, y: number, words: string, anchor: string): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${INK}">${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
