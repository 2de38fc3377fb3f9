/** Rows under titles: framed on a terminal, aligned by blanks elsewhere or where a frame is too wide, one card a row where that is too. */
import Table from 'cli-table3';
import { paintWith } from './paint.js';

export interface Column {
  readonly title: string;
  /** Default: right, as for numbers. */
  readonly align?: 'left' | 'right';
}

export interface TableLook {
  /** Lines around the cells. */
  readonly framed: boolean;
  readonly color: boolean;
  /** What the output is wide; what does not fit is simplified. Default: no limit. */
  readonly width?: number;
}

/** The text of a table, without a line end behind it. Cells hold no colours and no line ends. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  look: TableLook,
): string {
  const width = look.width ?? Number.POSITIVE_INFINITY;
  if (look.framed && tableWidth(columns, rows, true) <= width) return framed(columns, rows, look);
  // Without its frame it may fit.
  if (tableWidth(columns, rows, false) <= width) return aligned(columns, rows, look);
  return cards(columns, rows, look);
}

/** How many columns of a terminal the table takes. */
export function tableWidth(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  withFrame: boolean,
): number {
  const total = widthsOf(columns, rows).reduce((sum, width) => sum + width, 0);
  return total + (withFrame ? 3 * columns.length + 1 : 2 * (columns.length - 1));
}

function widthsOf(columns: readonly Column[], rows: readonly (readonly string[])[]): number[] {
  return columns.map((column, at) =>
    Math.max(column.title.length, ...rows.map((row) => (row[at] ?? '').length)),
  );
}

/** One line, its cells padded to the widths given. */
export function line(
  columns: readonly Column[],
  cells: readonly string[],
  widths: readonly number[],
): string {
  return columns
    .map((column, at) => {
      const cell = cells[at] ?? '';
      const width = widths[at] ?? 0;
      return column.align === 'left' ? cell.padEnd(width) : cell.padStart(width);
    })
    .join('  ')
    .trimEnd();
}

function framed(columns: readonly Column[], rows: readonly (readonly string[])[], look: TableLook): string {
  const paint = paintWith(look.color);
  const frame = new Table({
    head: columns.map((column) => paint.bold(column.title)),
    colAligns: columns.map((column) => column.align ?? 'right'),
    // Its own colours would ignore --no-color.
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) frame.push([...row]);
  return frame.toString();
}

function aligned(columns: readonly Column[], rows: readonly (readonly string[])[], look: TableLook): string {
  const widths = widthsOf(columns, rows);
  const paint = paintWith(look.color);
  const titles = columns.map((column) => column.title);
  return [paint.bold(line(columns, titles, widths)), ...rows.map((row) => line(columns, row, widths))].join(
    '\n',
  );
}

function cards(columns: readonly Column[], rows: readonly (readonly string[])[], look: TableLook): string {
  const paint = paintWith(look.color);
  const titleWidth = Math.max(...columns.map((column) => column.title.length));
  return rows
    .map((row) =>
      columns
        .map((column, at) =>
          at === 0 ? paint.bold(row[0] ?? '') : `  ${column.title.padEnd(titleWidth)}  ${row[at] ?? ''}`,
        )
        .join('\n'),
    )
    .join('\n');
}
