/** An in-memory Kafka broker on a port of this machine, as a rule in a thread of its own. See the README beside this file. */
import type { Worker } from 'node:worker_threads';
import { systemClock } from '../clock.js';
import { EventmillError } from '../errors.js';
import { startThread } from '../thread.js';
import type { Server } from './server.js';
import { type SandboxOptions, type SandboxStats, type Settings, settle } from './settings.js';
import type { Message, Request } from './worker.js';

export type { SandboxOptions, SandboxStats } from './settings.js';

export interface Sandbox {
  /** host:port of the first broker, to bootstrap from. */
  readonly address: string;
  /** host:port of each broker. */
  readonly brokers: readonly string[];
  /** Replaces all faults. Rejects with an EventmillError (CONFIG) if a spec is wrong. */
  setFaults(specs: readonly string[]): Promise<void>;
  /** From now on the times of faults count, where `faultsAwaitCue` has them wait. */
  cue(): Promise<void>;
  stats(): Promise<SandboxStats>;
  /** Lets the process end although the sandbox is still open. */
  unref(): void;
  /** Cuts all connections and gives the memory back; done within two seconds. May be called again. */
  close(): Promise<void>;
}

/** How long a worker may take to close in good order before it is ended. */
const CLOSE_MS = 1500;

/**
 * Starts a sandbox and resolves when it listens. Throws an EventmillError: CONFIG for options that cannot be,
 * PORT_IN_USE for a port that is taken. Like a server, it keeps the process alive until it is closed.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const settings = settle(options);
  await checkFaults(settings.faults, settings.nodes);
  const worker = startThread('worker', import.meta.url, 'eventmill-sandbox', settings);
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      reject(new EventmillError('INTERNAL', 'the sandbox could not start', { cause: error }));
    };
    worker.once('error', fail);
    worker.once('message', (message: Message) => {
      worker.off('error', fail);
      if (message.kind === 'listening') resolve(new WorkerSandbox(worker, message.brokers));
      else if (message.kind === 'failed') reject(refusal(message.code, message.text, settings));
      else fail(message);
    });
  });
}

/** The same in the calling thread, for a program that does nothing else: another thread would only take memory. */
export async function startSandboxHere(options: SandboxOptions = {}): Promise<Sandbox> {
  const settings = settle(options);
  await checkFaults(settings.faults, settings.nodes);
  const { serve } = await import('./server.js');
  try {
    return new OwnSandbox(await serve(settings, systemClock, (bug) => tellBug('a bug in the sandbox', bug)));
  } catch (error) {
    const { code = 'UNKNOWN', message } = error as NodeJS.ErrnoException;
    throw refusal(code, message, settings);
  }
}

/** Only who wants faults pays for reading them. */
async function checkFaults(specs: readonly string[], nodes: number): Promise<void> {
  if (specs.length > 0) (await import('./faults.js')).parseFaults(specs, nodes);
}

function refusal(code: string, text: string, { host, port, nodes }: Settings): EventmillError {
  if (code === 'EADDRINUSE') {
    const which =
      nodes === 1 || port === 0 ? `port ${port}` : `one of the ports ${port} to ${port + nodes - 1}`;
    const remedy = 'stop what listens there, choose another port, or 0 for any free one';
    return new EventmillError('PORT_IN_USE', `${which} on ${host} is in use: ${remedy}`);
  }
  if (code === 'EACCES') {
    const remedy = 'choose one from 1024 on, or 0 for any free one';
    return new EventmillError('PORT_IN_USE', `port ${port} on ${host} is not for this user: ${remedy}`);
  }
  const remedy = 'name an address of this machine, such as 127.0.0.1';
  return new EventmillError(
    'CONFIG',
    `the sandbox cannot listen on ${host} port ${port} (${text}): ${remedy}`,
  );
}

function tellBug(what: string, bug: unknown): void {
  const stack = bug instanceof Error ? (bug.stack ?? bug.message) : String(bug);
  process.emitWarning(`${what}, please report it: ${stack}`, 'EventmillWarning');
}

class OwnSandbox implements Sandbox {
  readonly brokers: readonly string[];
  readonly #server: Server;
  #closing: Promise<void> | undefined;

  constructor(server: Server) {
    this.#server = server;
    this.brokers = server.brokers;
  }

  get address(): string {
    return this.brokers[0]!;
  }

  async setFaults(specs: readonly string[]): Promise<void> {
    await this.#server.setFaults(specs);
  }

  async cue(): Promise<void> {
    this.#server.cue();
  }

  async stats(): Promise<SandboxStats> {
    return this.#server.stats();
  }

  /** Who serves in its own thread stays. */
  unref(): void {}

  close(): Promise<void> {
    this.#closing ??= this.#server.close();
    return this.#closing;
  }
}

class WorkerSandbox implements Sandbox {
  readonly brokers: readonly string[];
  readonly #worker: Worker;
  readonly #waiting = new Map<
    number,
    { resolve: (answer: Message) => void; reject: (error: unknown) => void }
  >();
  #lastId = 0;
  #closing: Promise<void> | undefined;
  #gone = false;

  constructor(worker: Worker, brokers: readonly string[]) {
    this.#worker = worker;
    this.brokers = brokers;
    worker.on('message', (message: Message) => this.#hear(message));
    worker.on('error', (error) => this.#end(error));
    worker.on('exit', () => this.#end(undefined));
  }

  get address(): string {
    return this.brokers[0]!;
  }

  async setFaults(specs: readonly string[]): Promise<void> {
    await checkFaults(specs, this.brokers.length);
    await this.#ask({ ask: 'setFaults', specs });
  }

  async cue(): Promise<void> {
    await this.#ask({ ask: 'cue' });
  }

  async stats(): Promise<SandboxStats> {
    const answer = await this.#ask({ ask: 'stats' });
    if (answer.kind !== 'answer' || answer.stats === undefined) throw new Error('no stats in the answer');
    return answer.stats;
  }

  unref(): void {
    this.#worker.unref();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#gone) return;
    const exited = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()));
    const timer = systemClock.after(CLOSE_MS, () => void this.#worker.terminate());
    this.#ask({ ask: 'close' }).catch(() => {});
    await exited;
    timer.cancel();
  }

  #ask(request: Omit<Request, 'id'>): Promise<Message> {
    if (this.#gone) return Promise.reject(new EventmillError('BROKER_LOST', 'the sandbox is closed'));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, ...request } satisfies Request);
    });
  }

  #hear(message: Message): void {
    if (message.kind === 'answer') {
      this.#waiting.get(message.id)?.resolve(message);
      this.#waiting.delete(message.id);
    } else if (message.kind === 'bug') {
      tellBug('a bug in the sandbox', message.stack);
    }
  }

  #end(cause: unknown): void {
    this.#gone = true;
    const lost = new EventmillError('BROKER_LOST', 'the sandbox has ended', { cause });
    for (const { reject } of this.#waiting.values()) reject(lost);
    this.#waiting.clear();
    if (cause !== undefined && this.#closing === undefined) tellBug('a bug ended the sandbox', cause);
  }
}
