/** HTML and SVG as text in which nothing that comes from files, flags or brokers can become markup. */

/** Text that is markup already. */
class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type { Markup };
export type Content = Markup | string | number | readonly Content[];

/** A template whose values are escaped unless they are markup; lists are joined, with nothing between. */
export function html(pieces: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let text = pieces[0]!;
  for (const [i, value] of values.entries()) text += textOf(value) + pieces[i + 1]!;
  return new Markup(text);
}

/** For texts of our own alone, such as a style. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function textOf(value: Content): string {
  if (value instanceof Markup) return value.toString();
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number') return String(value);
  return value.map(textOf).join('');
}

function escaped(text: string): string {
  // Control characters are what no page may hold, whoever sent them.
  const clean = text.replace(/(?![\t\n\r])\p{Cc}/gu, '\ufffd');
  return clean.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
