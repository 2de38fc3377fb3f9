/** One thread of a crew, as seen from outside: what it has told last, and what is left of it when it dies. */
import type { Worker } from 'node:worker_threads';
import type { Truth } from './disorder.js';
import { EventmillError } from './errors.js';
import type { Stream } from './manifest.js';
import type { Peeked } from './source.js';
import { startThread } from './thread.js';
import type { Failure, Figures, Told, WorkerAnswer, WorkOrder } from './working.js';

/** Promise.withResolvers, which Node 20 has not. */
function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

export interface HandOptions {
  /** What it cannot do any more. */
  readonly onFailure: () => void;
  readonly warn: (text: string) => void;
  /** Told of what was done to its events on purpose. */
  readonly tell: (stream: Stream, truth: Truth) => void;
}

/** One thread, as seen from outside. */
export class Hand {
  readonly name: string;
  readonly thread: Worker;
  readonly ready: Promise<Readonly<{ [topic: string]: number }>>;
  /** When it has done all it will ever do; it may have died. */
  readonly over: Promise<void>;
  figures: Figures | null = null;
  failure: Failure | null = null;
  died = false;
  peeked: (event: Peeked) => void = () => {};
  readonly made: Float64Array<SharedArrayBuffer>;
  #done = false;

  constructor(name: string, order: WorkOrder, { onFailure, warn, tell }: HandOptions) {
    this.name = name;
    this.made = order.made;
    this.thread = startThread('working', import.meta.url, `eventmill-${order.profile.name}`, order);
    let cause = 'it ended without a word';
    this.thread.on('error', (error) => {
      cause = error instanceof Error ? error.message : String(error);
    });
    const ready = deferred<Readonly<{ [topic: string]: number }>>();
    const over = deferred<void>();
    this.ready = ready.promise;
    this.over = over.promise;
    this.ready.catch(() => {});
    this.thread.on('message', (answer: WorkerAnswer) => {
      if (answer.kind === 'ready') ready.resolve(answer.partitions);
      else if (answer.kind === 'refused')
        ready.reject(new EventmillError(answer.failure.code, answer.failure.text));
      else if (answer.kind === 'warning') warn(answer.text);
      else if (answer.kind === 'peeked') this.peeked(answer.event);
      else if (answer.kind === 'truths') for (const [stream, truth] of answer.truths) tell(stream, truth);
      else this.figures = answer.figures;
      if (answer.kind !== 'done') return;
      this.#done = true;
      this.failure = answer.failure ?? null;
      if (this.failure !== null) onFailure();
      over.resolve();
    });
    this.thread.on('exit', () => {
      ready.reject(new EventmillError('INTERNAL', `${name} could not start: ${cause}`));
      if (this.#done) return;
      this.died = true;
      this.failure = { code: 'INTERNAL', text: `${name} died: ${cause}` };
      onFailure();
      over.resolve();
    });
  }

  tell(told: Told): void {
    this.thread.postMessage(told);
  }
}
