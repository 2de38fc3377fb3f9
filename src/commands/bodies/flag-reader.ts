/** Flag values of the small commands, read with all mistakes told together. */
import type { FlagValues } from '../../command.js';
import { EventmillError } from '../../errors.js';
import type { Parsed } from '../../units.js';

/** Reads flags one by one; `settle` throws if any was wrong. */
export class FlagReader {
  readonly #flags: FlagValues;
  readonly #mistakes: string[] = [];

  constructor(flags: FlagValues) {
    this.#flags = flags;
  }

  /** The value of `--name`, or `otherwise` when it is absent (or wrong, until `settle`). */
  read<T, U>(name: string, parse: (raw: string) => Parsed<T>, otherwise: U): T | U {
    const raw = this.#flags[name];
    if (raw === undefined || typeof raw === 'boolean') return otherwise;
    const read = parse(typeof raw === 'string' ? raw : (raw.at(-1) ?? ''));
    if ('value' in read) return read.value;
    this.wrong(name, read.problem);
    return otherwise;
  }

  /** The values of a flag that may be repeated. */
  all(name: string): readonly string[] {
    const raw = this.#flags[name];
    return Array.isArray(raw) ? (raw as readonly string[]) : typeof raw === 'string' ? [raw] : [];
  }

  has(name: string): boolean {
    return this.#flags[name] === true;
  }

  wrong(name: string, problem: string): void {
    const flag = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    this.tell(`--${flag}: ${problem}`);
  }

  /** A mistake that is a line of its own, such as one in a file; told once, however often it is found. */
  tell(line: string): void {
    if (!this.#mistakes.includes(line)) this.#mistakes.push(line);
  }

  /** Whether a mistake was found so far. */
  get failed(): boolean {
    return this.#mistakes.length > 0;
  }

  settle(): void {
    if (this.#mistakes.length > 0) throw new EventmillError('USAGE', this.#mistakes.join('\n'));
  }
}
