/** Collects every mistake of a command's files, flags and environment, so that they are told together, once. */
import { type ErrorCode, EventmillError } from '../errors.js';

export class Mistakes {
  readonly #lines = new Set<string>();
  #code: ErrorCode | undefined;

  /** One mistake: where it stands (a file, a flag, a variable), its key if there is one, and the problem in one line. */
  add(where: string, key: string | undefined, problem: string, code: ErrorCode = 'CONFIG'): void {
    this.addLine(
      key === undefined || key === '' ? `${where}: ${problem}` : `${where}: ${key}: ${problem}`,
      code,
    );
  }

  /** A mistake that is a sentence of its own. The same one is told once, however many profiles share it. */
  addLine(line: string, code: ErrorCode = 'CONFIG'): void {
    this.#lines.add(line.replaceAll(/\s*[\r\n]+\s*/g, ' '));
    // Mistakes of several kinds are mistakes in the configuration as a whole.
    this.#code = this.#code === undefined || this.#code === code ? code : 'CONFIG';
  }

  get count(): number {
    return this.#lines.size;
  }

  /**
   * Does `work`, and takes down an error of ours that it throws, line by line, each after `where`. Any other error is
   * a bug and goes on.
   */
  async attempt<T>(work: () => T | Promise<T>, where?: string): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof EventmillError)) throw error;
      const prefix = where === undefined ? '' : `${where}: `;
      for (const line of error.message.split('\n')) this.addLine(prefix + line, error.code);
      return undefined;
    }
  }

  get lines(): readonly string[] {
    return [...this.#lines];
  }

  /** Throws one error with a line per mistake, if there are any. */
  settle(): void {
    if (this.#lines.size === 0) return;
    throw new EventmillError(this.#code ?? 'CONFIG', [...this.#lines].join('\n'));
  }
}
