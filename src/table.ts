/** Rows under titles: framed on a terminal, aligned by blanks elsewhere, one card a row where the width is too small. */
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
  /** What the output is wide; a wider table becomes cards. Default: no limit. */
  readonly width?: number;
}

/** The text of a table, without a line end behind it. Cells hold no colours and no line ends. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  look: TableLook,
): string {
  const widths = columns.map((column, at) =>
    Math.max(column.title.length, ...rows.map((row) => (row[at] ?? '').length)),
  );
  const total = widths.reduce((sum, width) => sum + width, 0);
  const around = look.framed ? 3 * columns.length + 1 : 2 * (columns.length - 1);
  if (look.width !== undefined && total + around > look.width) return cards(columns, rows, look);
  return look.framed ? framed(columns, rows, look) : aligned(columns, rows, widths, look);
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

function aligned(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  widths: readonly number[],
  look: TableLook,
): string {
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
