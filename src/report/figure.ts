/** A drawing with its title, what it shows, and the same figures as a table for whoever prefers one. */
import { type Content, html, type Markup } from './html.js';

export interface FigureParts {
  readonly title: string;
  /** One or two sentences: how to read it. */
  readonly words: Content;
  readonly drawing: Content;
  /** The figures behind it. */
  readonly table?: Markup;
}

export function figure({ title, words, drawing, table }: FigureParts): Markup {
  const figures =
    table === undefined ? '' : html`<details><summary>The figures: ${title}</summary>${table}</details>`;
  return html`<figure>
<figcaption><h3>${title}</h3><p>${words}</p></figcaption>
${drawing}
${figures}
</figure>
`;
}

export interface Column {
  readonly title: string;
  /** Default: right, as for numbers. */
  readonly align?: 'left';
}

/** A cell with a class, such as `good`, or its content alone. */
export type Cell = Content | { readonly look: string; readonly content: Content };

/** A table that scrolls within itself where it is wider than the page. The first cell of a row is its name. */
export function table(name: string, columns: readonly Column[], rows: readonly (readonly Cell[])[]): Markup {
  const head = columns.map(
    ({ title, align }) => html`<th scope="col"${align === 'left' ? html` class="left"` : ''}>${title}</th>`,
  );
  const body = rows.map(
    ([first = '', ...rest]) =>
      html`<tr><th scope="row">${contentOf(first)}</th>${rest.map((cell, i) => td(cell, columns[i + 1]!))}</tr>
`,
  );
  return html`<div class="scroll" role="region" aria-label="${name}: table" tabindex="0"><table>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody>
</table></div>`;
}

function td(cell: Cell, { title, align }: Column): Markup {
  const classes = [align ?? '', isLooked(cell) ? cell.look : ''].filter((name) => name !== '').join(' ');
  return html`<td data-title="${title}"${classes === '' ? '' : html` class="${classes}"`}>${contentOf(cell)}</td>`;
}

function contentOf(cell: Cell): Content {
  return isLooked(cell) ? cell.content : cell;
}

function isLooked(cell: Cell): cell is { readonly look: string; readonly content: Content } {
  return typeof cell === 'object' && 'look' in cell;
}
