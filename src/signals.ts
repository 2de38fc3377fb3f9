/** SIGINT and SIGTERM as two steps: the first asks for an orderly end, the second for the end. */

export type Signal = 'SIGINT' | 'SIGTERM';

/** What is listened to: the process, or a stand-in in tests. */
export interface SignalSource {
  on(signal: Signal, run: () => void): unknown;
  off(signal: Signal, run: () => void): unknown;
}

export interface SignalHandlers {
  first(signal: Signal): void;
  second(signal: Signal): void;
}

/** Counts the signals of one process and tells whoever is at work. */
export class Signals {
  #received = 0;
  #handlers: SignalHandlers | undefined;
  #holding = false;
  #held: Signal | undefined;
  readonly #source: SignalSource;
  readonly #unheard: () => void;
  readonly #impatient: () => void;

  /**
   * `unheard` is called for a signal that nobody waits for, and for any beyond the second; `impatient` at the second,
   * for a watch over those who then should end at once.
   */
  constructor(source: SignalSource, unheard: () => void, impatient: () => void = () => {}) {
    this.#source = source;
    this.#unheard = unheard;
    this.#impatient = impatient;
    source.on('SIGINT', this.#onInterrupt);
    source.on('SIGTERM', this.#onTerminate);
  }

  get received(): number {
    return this.#received;
  }

  /** From now on `handlers` are told; the function returned ends that. Signals count from the start of the process. */
  handle(handlers: SignalHandlers): () => void {
    this.#handlers = handlers;
    this.#holding = false;
    if (this.#held !== undefined) handlers.first(this.#held);
    this.#held = undefined;
    return () => {
      if (this.#handlers === handlers) this.#handlers = undefined;
    };
  }

  /** For who has much to load before it can handle them: until then a first signal waits, and a second one does not. */
  hold(): void {
    this.#holding = true;
  }

  close(): void {
    this.#source.off('SIGINT', this.#onInterrupt);
    this.#source.off('SIGTERM', this.#onTerminate);
  }

  readonly #onInterrupt = () => this.#receive('SIGINT');
  readonly #onTerminate = () => this.#receive('SIGTERM');

  #receive(signal: Signal): void {
    this.#received++;
    if (this.#holding && this.#received === 1) this.#held = signal;
    else if (this.#handlers === undefined || this.#received > 2) this.#unheard();
    else if (this.#received === 1) this.#handlers.first(signal);
    else {
      this.#impatient();
      this.#handlers.second(signal);
    }
  }
}
