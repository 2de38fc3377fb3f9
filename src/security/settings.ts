/** The settings of one file while they are read: who asked for which, what was wrong, and what nobody asked for. */
import { nearest } from '../nearest.js';
import type { Properties } from './properties.js';

export class Settings {
  readonly problems: string[] = [];
  /** What begins each line, such as the file's name. */
  readonly #where: string;
  readonly #properties: Properties;
  readonly #used = new Set<string>();

  constructor(where: string, properties: Properties) {
    this.#where = where;
    this.#properties = properties;
  }

  /** A value; undefined when the name is not there or has nothing behind it. */
  get(name: string): string | undefined {
    const value = this.given(name);
    return value === '' ? undefined : value;
  }

  /** The same, but nothing behind a name is a value too. */
  given(name: string): string | undefined {
    this.#used.add(name);
    return this.#properties.get(name);
  }

  has(name: string): boolean {
    return (this.#properties.get(name) ?? '') !== '';
  }

  /** One of several words, in capitals or not. */
  word<W extends string>(name: string, words: readonly W[], byDefault: W): W | undefined {
    const value = this.get(name)?.trim();
    if (value === undefined) return byDefault;
    const found = words.find((word) => word === value.toUpperCase());
    if (found !== undefined) return found;
    const near = nearest(value, words);
    this.problem(
      name,
      `expected one of ${words.join(', ')}, got ${JSON.stringify(value)}${near === undefined ? '' : `; nearest: ${near}`}`,
    );
    return undefined;
  }

  /** Never with a value that may be a secret. */
  problem(name: string, text: string): void {
    this.problems.push(`${this.#where}: ${name}: ${text}`);
  }

  /** One line about all that is not used; undefined when everything is. */
  unused(known: readonly string[]): string | undefined {
    const names = [...this.#properties.keys()].filter((name) => !this.#used.has(name));
    if (names.length === 0) return undefined;
    const said = names.map((name) => {
      if (known.includes(name)) return name;
      const near = nearest(name, known);
      return near === undefined ? name : `${name} (nearest: ${near})`;
    });
    return `${this.#where}: not used here: ${said.join(', ')}; profiles say how records are sent`;
  }
}
