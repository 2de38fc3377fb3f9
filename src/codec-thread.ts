/**
 * One function of a package that only works in the background, called as if it worked at once: a worker thread runs
 * it while this thread waits. It is for reading back, never for the hot path.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';

const WAIT_MS_MAX = 30_000;

/** Runs in the worker: plain text, so that it is the same from sources and from dist. */
const PROGRAM = `
const { workerData } = require('node:worker_threads');
const { port, library, name } = workerData;
const signal = new Int32Array(workerData.signal);
const call = require(library)[name];
port.on('message', async (input) => {
  let answer;
  try {
    answer = { output: await call(Buffer.from(input)) };
  } catch (error) {
    answer = { problem: String(error && error.message || error) };
  }
  port.postMessage(answer);
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
});
`;

export class Thread {
  readonly #library: string;
  readonly #name: string;
  readonly #signal = new Int32Array(new SharedArrayBuffer(4));
  #port: MessagePort | undefined;

  /** `library` is a resolved path of a CommonJS package; `name` an exported function from Buffer to a promise of one. */
  constructor(library: string, name: string) {
    this.#library = library;
    this.#name = name;
  }

  call(input: Buffer): Buffer {
    this.#port ??= this.#start();
    Atomics.store(this.#signal, 0, 0);
    this.#port.postMessage(input);
    if (Atomics.wait(this.#signal, 0, 0, WAIT_MS_MAX) === 'timed-out') {
      // What it still answers must not be taken for the answer to the next call.
      this.#port.close();
      this.#port = undefined;
      throw new Error(`no answer within ${WAIT_MS_MAX} ms`);
    }
    const { output, problem } = receiveMessageOnPort(this.#port)!.message as {
      output?: Uint8Array;
      problem?: string;
    };
    if (output === undefined) throw new Error(problem);
    return Buffer.from(output.buffer, output.byteOffset, output.byteLength);
  }

  #start(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(PROGRAM, {
      eval: true,
      workerData: { port: port2, library: this.#library, name: this.#name, signal: this.#signal.buffer },
      transferList: [port2],
    });
    // Neither keeps the process alive once all else is done.
    worker.unref();
    port1.unref();
    return port1;
  }
}
