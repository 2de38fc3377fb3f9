/** A table of numbers as squares of one colour, the darker the more. */
const CELL = 24;
const LEFT = 48;
const TOP = 48;
const COLOR = '#2a7de1';
const INK = '#777';

export function heatMap(
  title: string,
  rows: readonly string[],
  columns: readonly string[],
  cells: readonly Float64Array[],
): string {
  const most = Math.max(...cells.map((row) => Math.max(...row)));
  const width = LEFT + columns.length * CELL + 16;
  const height = TOP + rows.length * CELL + 32;
  const squares = cells.flatMap((row, y) =>
    [...row].map((value, x) => {
      const words = `${rows[y]} ${columns[x]} h: ${value.toFixed(1)}`;
      const at = `x="${LEFT + x * CELL}" y="${TOP + y * CELL}" width="${CELL - 1}" height="${CELL - 1}"`;
      const opacity = (0.04 + 0.96 * (value / most)).toFixed(3);
      return `<rect ${at} fill="${COLOR}" fill-opacity="${opacity}"><title>${words}</title></rect>`;
    }),
  );
  const labels = [
    ...rows.map((row, y) => text(LEFT - 8, TOP + y * CELL + 16, row, 'end')),
    ...columns.map((column, x) => text(LEFT + x * CELL + CELL / 2, TOP - 6, column, 'middle')),
    text(LEFT, height - 10, `darkest: ${most.toFixed(1)} orders an hour`, 'start'),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11" role="img" aria-label="${title}">
<title>${title}</title>
<text x="${LEFT}" y="18" font-size="14" font-weight="bold" fill="${INK}">${title}</text>
${[...squares, ...labels].join('\n')}
</svg>
`;
}

function text(x: number, y: number, words: string, anchor: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${INK}">${words}</text>`;
}
