/** Small drawings for pages that cannot run anything: axes, lines, dots, and words, legible on light and dark ground. */
export interface Axis {
  readonly words: string;
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
  readonly ticks: readonly number[];
  readonly shown?: (tick: number) => string;
}

export interface Series {
  readonly words: string;
  readonly color: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly style: 'line' | 'dots' | 'bars' | 'dashes';
}

const WIDTH = 640;
const HEIGHT = 360;
const LEFT = 64;
const RIGHT = 16;
const TOP = 40;
const BOTTOM = 52;
const INK = '#777';

export function chart(title: string, x: Axis, y: Axis, series: readonly Series[]): string {
  const toX = (value: number): number => LEFT + share(x, value) * (WIDTH - LEFT - RIGHT);
  const toY = (value: number): number => HEIGHT - BOTTOM - share(y, value) * (HEIGHT - TOP - BOTTOM);
  const parts = [
    ...x.ticks.map((tick) => text(toX(tick), HEIGHT - BOTTOM + 18, (x.shown ?? String)(tick), 'middle')),
    ...y.ticks.flatMap((tick) => [
      `<path d="M${LEFT} ${round(toY(tick))}H${WIDTH - RIGHT}" stroke="${INK}" stroke-opacity=".25"/>`,
      text(LEFT - 8, toY(tick) + 4, (y.shown ?? String)(tick), 'end'),
    ]),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, x.words, 'middle'),
    text(LEFT, TOP - 10, y.words, 'start'),
    ...series.map((one) => drawn(one, toX, toY)),
    ...series.map(({ words, color }, index) => text(WIDTH - RIGHT, TOP + 16 * index, words, 'end', color)),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" role="img" aria-label="${title}">
<title>${title}</title>
<text x="${LEFT}" y="16" font-size="14" font-weight="bold" fill="${INK}">${title}</text>
${parts.join('\n')}
</svg>
`;
}

function drawn(
  { points, color, style }: Series,
  toX: (x: number) => number,
  toY: (y: number) => number,
): string {
  const at = points.map(([x, y]) => [round(toX(x)), round(toY(y))] as const);
  if (style === 'dots') {
    return at.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="2.5" fill="${color}"/>`).join('');
  }
  if (style === 'bars') {
    const width = round((0.8 * (WIDTH - LEFT - RIGHT)) / at.length);
    const floor = HEIGHT - BOTTOM;
    return at
      .map(
        ([x, y]) =>
          `<rect x="${round(x - width / 2)}" y="${y}" width="${width}" height="${round(floor - y)}" fill="${color}"/>`,
      )
      .join('');
  }
  const dash = style === 'dashes' ? ' stroke-dasharray="6 4"' : '';
  return `<polyline points="${at.map((one) => one.join(',')).join(' ')}" fill="none" stroke="${color}" stroke-width="1.8"${dash}/>`;
}

function share({ low, high, log }: Axis, value: number): number {
  return log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}

function text(x: number, y: number, words: string, anchor: string, color = INK): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${color}">${words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
