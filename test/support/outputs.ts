/** A stream that keeps what was written to it, as a terminal of some width or as a pipe. */
import { Writable } from 'node:stream';

export class Output extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  text = '';

  constructor(terminal?: { readonly columns: number }) {
    super();
    if (terminal !== undefined) {
      this.isTTY = true;
      this.columns = terminal.columns;
      this.rows = 50;
    }
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }

  /** Without escape sequences. */
  get plain(): string {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
    return this.text.replace(/\u001B\[[0-9;?]*[A-Za-z]/g, '');
  }
}
