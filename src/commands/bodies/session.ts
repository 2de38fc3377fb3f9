/** What surrounds a run: its reporter, the port with the live page, the summary file, signals and messages. */
import type { Context, Output } from '../../command.js';
import { LivePage } from '../../dashboard/live.js';
import { EventmillError } from '../../errors.js';
import { createLog, type Log, type LogLevel } from '../../log.js';
import { createMetrics } from '../../metrics/registry.js';
import { openPort, type Pages, type Port } from '../../metrics/server.js';
import { wantsColor } from '../../paint.js';
import { loadPart } from '../../parts.js';
import type { Run, RunRequest, RunResult } from '../../request.js';
import { startRun } from '../../run.js';
import type { TableLook } from '../../table.js';
import type { Reporter, ReporterPart, Snapshot } from '../../types.js';
import { type OutletOptions, Outlets } from './outlets.js';
import { neverBegun, Start } from './start.js';

export interface SessionOptions extends OutletOptions {
  /** Null: no port. Undefined: the default one, or the next that is free. */
  readonly metricsPort: number | null | undefined;
  readonly metricsHost: string;
  readonly quiet: boolean;
  readonly color: boolean | undefined;
  readonly logLevel: LogLevel;
  /** A reporter's name or path; undefined: as the output is. */
  readonly reporter?: string | undefined;
  /** What the figures are filed under. */
  readonly workload: string;
  /** Standard output belongs to the records: everything for people goes to standard error. */
  readonly recordsOnStdout?: boolean;
}

export interface Telling {
  readonly reporter?: Reporter;
  readonly facts?: (snapshot: Snapshot) => readonly string[];
}

const TERMINAL_TICK_MS = 250;
const PLAIN_TICK_MS = 1000;

export class Session {
  readonly log: Log;
  readonly output: Output;
  readonly color: boolean;
  readonly #context: Context;
  readonly #options: SessionOptions;
  readonly #page: LivePage;
  #reporterPart: ReporterPart | undefined;
  #live: Reporter | undefined;
  #port: Port | undefined;
  #outlets: Outlets | undefined;
  #current: () => Snapshot | undefined = () => undefined;

  /** Finds out, before anything is sent, whether port, summary and reporter can be had. Throws if not. */
  static async open(options: SessionOptions, context: Context): Promise<Session> {
    const session = new Session(options, context);
    await session.#prepare();
    return session;
  }

  private constructor(options: SessionOptions, context: Context) {
    this.#options = options;
    this.#context = context;
    this.#page = new LivePage(context.clock);
    this.output = options.recordsOnStdout ? context.stderr : context.stdout;
    this.color = wantsColor(this.output, context.environment, options.color ?? true);
    this.log = createLog(options.quiet ? 'error' : options.logLevel, (line) => this.#write(line));
  }

  /** How tables are to look. */
  get look(): TableLook {
    const framed = this.output.isTTY === true;
    return { framed, color: this.color, ...(framed ? { width: this.output.columns ?? 80 } : {}) };
  }

  get url(): string | undefined {
    return this.#port?.url;
  }

  async #prepare(): Promise<void> {
    const { metricsPort, metricsHost, quiet } = this.#options;
    const live = this.output.isTTY === true && this.#context.environment['TERM'] !== 'dumb';
    const name = quiet ? 'none' : (this.#options.reporter ?? (live ? 'terminal' : 'lines'));
    this.#reporterPart = await loadPart<ReporterPart>('reporters', name);
    this.#outlets = await Outlets.open(this.#options, this.#options.workload);
    if (metricsPort === null) return;
    const onError = (error: unknown) => this.log.error(describe(error));
    const served = { pages: this.#pages(), handlers: this.#page.handlers() };
    this.#port = await openPort({ port: metricsPort, host: metricsHost, ...served, onError });
    if (this.#port.moved)
      this.log.warn(`the default port is in use; the live page is on ${this.#port.port} instead`);
  }

  /** Runs to the end, showing it. Throws what is found before anything was sent. `facts` are told at its start. */
  async follow(request: RunRequest, telling: Telling = {}): Promise<RunResult> {
    const { reporter = this.newReporter(), facts = () => [] } = telling;
    const { stdout } = this.#context;
    const output = this.#options.recordsOnStdout ? { output: stdout } : {};
    const { signals, clock } = this.#context;
    const start = new Start(clock);
    // Until all is written: a signal at the very end must not cost the summary, and neither must one at the beginning.
    const unhandle = signals.handle(start);
    try {
      const run = await start.of(startRun({ ...request, ...output, clock, warn: this.log.warn }));
      if (run === null) return await this.#conclude(neverBegun(request, clock.now()), undefined);
      return await this.#tell(run, request, reporter, facts);
    } finally {
      unhandle();
    }
  }

  async #tell(
    run: Run,
    request: RunRequest,
    reporter: Reporter,
    facts: NonNullable<Telling['facts']>,
  ): Promise<RunResult> {
    this.#current = () => run.snapshot();
    if (this.#port !== undefined) this.#page.watch(run);
    this.#live = reporter;
    const lines = [...run.lines, `seed: ${request.workload.seed}`];
    if (request.brokers !== undefined) lines.unshift(`brokers: ${request.brokers.join(', ')}`);
    if (this.url !== undefined) {
      lines.push(`live page: ${this.url} (metrics: ${this.url}metrics)`);
      lines.push(`controls: ${this.url}#token=${this.#page.token}`);
    }
    reporter.start(run.snapshot(), [...lines, ...facts(run.snapshot())]);
    const result = await this.#watch(run, reporter);
    this.#current = () => result.snapshot;
    if (this.#port !== undefined) this.#page.finish(result.snapshot);
    this.#live = undefined;
    return await this.#conclude(result, reporter);
  }

  newReporter(): Reporter {
    return this.#reporterPart!.create({ output: this.output, color: this.color });
  }

  /** Keeps the port for `holdMs`, or until a signal comes; then closes it. */
  async close(holdMs = 0): Promise<void> {
    if (holdMs > 0 && this.#port !== undefined) await this.#hold(holdMs);
    this.#page.close();
    await this.#port?.close();
  }

  // ---------------------------------------------------------------- while it runs

  async #watch(run: Run, reporter: Reporter): Promise<RunResult> {
    const { clock, closed } = this.#context;
    // Records for a pipe that is closed have nowhere to be flushed to.
    const stop = () => (this.#options.recordsOnStdout ? run.abort() : run.stop());
    closed.addEventListener('abort', stop);
    if (closed.aborted) stop();
    const tick = () => {
      const snapshot = run.snapshot();
      reporter.tick(snapshot);
      this.#outlets?.update(snapshot, clock.now(), this.log.warn);
    };
    const everyMs = this.output.isTTY === true ? TERMINAL_TICK_MS : PLAIN_TICK_MS;
    let timer = clock.after(0, function again() {
      tick();
      timer = clock.after(everyMs, again);
    });
    try {
      return await run.done;
    } finally {
      timer.cancel();
      closed.removeEventListener('abort', stop);
    }
  }

  async #conclude(result: RunResult, reporter: Reporter | undefined): Promise<RunResult> {
    const quietly = this.#context.closed.aborted;
    let { exitCode } = result;
    // A closed pipe ended it: whoever closed it wanted no more, and that is no failure.
    if (quietly && exitCode === 130) exitCode = 0;
    const unwritten = (await this.#outlets?.finish(result.snapshot)) ?? [];
    if (unwritten.length > 0 && exitCode === 0) exitCode = 1;
    const reasons = [...result.reasons, ...unwritten];
    if (!quietly) {
      reporter?.end(result.snapshot, exitCode);
      for (const reason of reasons) this.log.error(reason);
      for (const remark of result.remarks) this.log.warn(remark);
    }
    return { ...result, exitCode, reasons };
  }

  #hold(holdMs: number): Promise<void> {
    const { clock, signals, closed } = this.#context;
    this.log.info(`${this.url}metrics stays up for a last scrape; Ctrl-C ends it`);
    return new Promise((resolve) => {
      const timer = clock.after(holdMs, done);
      const unhandle = signals.handle({ first: done, second: done });
      closed.addEventListener('abort', done);
      function done() {
        timer.cancel();
        unhandle();
        closed.removeEventListener('abort', done);
        resolve();
      }
    });
  }

  // ---------------------------------------------------------------- telling

  #write(line: string): void {
    // On one and the same terminal a message must not be drawn over by the live view.
    if (this.#live?.note !== undefined && this.output.isTTY === true) this.#live.note(line);
    else this.#context.stderr.write(`${line}\n`);
  }

  #pages(): Pages {
    const metrics = createMetrics(() => this.#current());
    return {
      ...this.#page.pages(),
      '/metrics': async () => ({ type: metrics.contentType, body: await metrics.text() }),
      '/snapshot.json': () => ({
        type: 'application/json',
        body: `${JSON.stringify(this.#current() ?? null)}\n`,
      }),
      '/healthz': () => ({
        type: 'application/json',
        body: `${JSON.stringify({ status: 'ok', phase: this.#current()?.phase ?? 'starting' })}\n`,
      }),
    };
  }
}

function describe(error: unknown): string {
  if (error instanceof EventmillError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
