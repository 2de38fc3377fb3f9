/** Lines of standard input into a topic: what Kafka's console producer does, through eventmill's own pipeline. */
import { lookup } from 'node:dns/promises';
import { parseAddress } from '../../address.js';
import { cause } from '../../causes.js';
import type { Context, Invocation } from '../../command.js';
import { conservation } from '../../conclusion.js';
import { parseTopic } from '../../config/formats.js';
import { LineParser } from '../../console/line-parser.js';
import { LineSplitter } from '../../console/line-splitter.js';
import { Sender } from '../../console/sender.js';
import { type ConsoleSettings, consoleSettings } from '../../console/settings.js';
import { EventmillError } from '../../errors.js';
import { count, plural } from '../../figures.js';
import { loadCodecs } from '../../lanes.js';
import { createLog, type Log } from '../../log.js';
import { loadPart } from '../../parts.js';
import { portrait } from '../../portrait.js';
import { createRandom } from '../../random.js';
import type { DriverPart, Profile } from '../../types.js';
import { version } from '../../version.js';

/** So many lines are sent between two looks at the clock, for their timestamps. */
const CLOCK_EVERY = 32;
/** Of each cause so many losses are told one by one; the report at the end has all of them. */
const TOLD_MAX = 3;

export async function consoleCommand(
  { arguments: words, flags }: Invocation,
  context: Context,
): Promise<number> {
  if (flags['version'] === true) {
    context.stdout.write(`${version()}\n`);
    return 0;
  }
  const log = createLog('info', (line) => void context.stderr.write(`${line}\n`));
  const settings = consoleSettings(flags, log.warn);
  // Kafka's tool takes them without a word; a forgotten quotation mark is worth one.
  if (words.length > 0)
    log.warn(`${JSON.stringify(words.join(' '))}: ignored, for console takes no arguments`);
  await checkHosts(settings.brokers);
  return new Console(settings, context, log).run();
}

class Console {
  readonly #settings: ConsoleSettings;
  readonly #context: Context;
  readonly #log: Log;
  readonly #profile: Profile;
  /** A terminal that someone types at, and reads at. */
  readonly #prompts: boolean;
  readonly #told = new Map<string, number>();
  #interrupted = false;

  constructor(settings: ConsoleSettings, context: Context, log: Log) {
    this.#settings = settings;
    this.#context = context;
    this.#log = log;
    this.#profile = { name: 'console', doc: '', settings: settings.producer.profile };
    this.#prompts = context.stdin.isTTY === true && context.stdout.isTTY === true;
  }

  /** Resolves with 0 or 130. Rejects, once all that was read before is sent, with what ended it. */
  async run(): Promise<number> {
    const sender = await this.#sender();
    const input = new StoppableInput(this.#context);
    const unhandle = this.#context.signals.handle({
      first: () => {
        this.#interrupted = true;
        sender.stop();
        input.stop();
      },
      second: () => sender.abort(),
    });
    try {
      await this.#pump(input, sender);
    } finally {
      input.stop();
      await sender.finish();
      unhandle();
      this.#report(sender);
    }
    return this.#interrupted ? 130 : 0;
  }

  async #sender(): Promise<Sender> {
    const { brokers, topic, partition, producer } = this.#settings;
    const { clock } = this.#context;
    const { compression, driver } = producer.profile;
    const codec = (await loadCodecs([compression])).get(compression) ?? null;
    const part = await loadPart<DriverPart>('drivers', driver);
    const named = parseTopic(topic);
    return new Sender({
      settings: producer,
      driver: part.create({
        profile: this.#profile,
        clock,
        brokers,
        clientId: producer.clientId,
        ...(producer.security === undefined ? {} : { security: producer.security }),
        codec,
        partitions: 1,
        autoCreateTopics: true,
        warn: this.#log.warn,
      }),
      topic,
      topicProblem: 'problem' in named ? `--topic: ${named.problem}` : undefined,
      partition,
      clock,
      random: createRandom(String(clock.now())),
      onLost: (records, code, why) => this.#tellLost(records, code, why),
    });
  }

  /** Chunk by chunk: the next one is read when all lines of the last have been taken. */
  async #pump(input: StoppableInput, sender: Sender): Promise<void> {
    const splitter = new LineSplitter();
    const parser = new LineParser(this.#settings.reader);
    this.#prompt();
    for (let chunk = await input.next(); chunk !== null; chunk = await input.next()) {
      splitter.push(chunk);
      await this.#sendLines(splitter, parser, sender);
    }
    if (this.#interrupted) return;
    splitter.finish();
    await this.#sendLines(splitter, parser, sender);
    // The prompt's line is not ended by Ctrl-D.
    if (this.#prompts) this.#context.stdout.write('\n');
  }

  async #sendLines(splitter: LineSplitter, parser: LineParser, sender: Sender): Promise<void> {
    const { clock } = this.#context;
    let now = clock.now();
    while (!this.#interrupted && splitter.next()) {
      parser.parse(splitter.bytes, splitter.start, splitter.end);
      const wait = sender.put(parser.entry, parser.valueLength, now);
      if (wait !== undefined) await wait;
      if (wait !== undefined || parser.lineNumber % CLOCK_EVERY === 0) now = clock.now();
      this.#prompt();
    }
  }

  #prompt(): void {
    if (this.#prompts) this.#context.stdout.write('>');
  }

  #tellLost(records: number, code: string, why: string | undefined): void {
    const told = (this.#told.get(code) ?? 0) + 1;
    this.#told.set(code, told);
    if (told > TOLD_MAX) return;
    const reason = why === undefined ? '' : `: ${why.replaceAll('--brokers', '--bootstrap-server')}`;
    this.#log.error(`${plural(records, 'record')} lost, ${cause(code)}${reason}`);
    if (told === TOLD_MAX) this.#log.error(`further records lost to ${code} are only counted`);
  }

  /** One line that accounts for every record, and one for each cause of a loss. */
  #report(sender: Sender): void {
    const { tally, accumulator, dispatcher } = sender;
    const live = portrait({
      profile: this.#profile,
      tally,
      due: tally.madeCount,
      over: true,
      now: this.#context.clock.now(),
      wireBytes: 0,
      requests: 0,
      bufferBytes: accumulator.heldBytes,
      inFlightRequests: dispatcher.inFlight,
      targetRecordsPerSecond: 0,
      cpuSeconds: 0,
      cpuShared: 1,
      limitedBy: 'input',
      verify: undefined,
    });
    const causes = [...tally.errors].map(([code, records]) => `${code} ${count(records)}`);
    const why = causes.length === 0 ? '' : ` (${causes.join(', ')})`;
    this.#log.info(`${conservation(live)}${why}`);
  }
}

/** Standard input, chunk by chunk, that ends when it is told to. */
class StoppableInput {
  readonly #input: Context['stdin'];
  readonly #chunks: AsyncIterator<Buffer | string>;
  #isStopped = false;
  /** Whether anything has come. */
  #began = false;

  constructor({ stdin }: Context) {
    this.#input = stdin;
    this.#chunks = stdin[Symbol.asyncIterator]();
  }

  /** The next chunk; null at the end. */
  async next(): Promise<Buffer | null> {
    try {
      const { done, value } = await this.#chunks.next();
      if (done === true || this.#isStopped) return null;
      this.#began = true;
      return typeof value === 'string' ? Buffer.from(value) : value;
    } catch (cause) {
      // Being stopped looks like an input that broke off.
      if (this.#isStopped) return null;
      throw unreadable(cause, this.#began);
    }
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    // An open input would keep the process from ending.
    this.#input.destroy();
  }
}

/** An input of which nothing could be read is a wrong command line; one that broke off is bad luck, after which what came is sent. */
function unreadable(cause: unknown, began: boolean): EventmillError {
  const text = cause instanceof Error ? cause.message : String(cause);
  const [code, expected, remedy] = began
    ? (['INPUT', 'input to its end', 'the whole lines that came before were sent'] as const)
    : (['USAGE', 'lines', 'redirect it from a file or a pipe; nothing was sent'] as const);
  return new EventmillError(code, `standard input: expected ${expected}, got ${text}; ${remedy}`, { cause });
}

/** Like Kafka's tool, ends at once when no bootstrap server has an address. */
async function checkHosts(brokers: readonly string[]): Promise<void> {
  const hosts = brokers.map((address) => parseAddress(address).host);
  const found = await Promise.allSettled(hosts.map((host) => lookup(host)));
  if (found.some(({ status }) => status === 'fulfilled')) return;
  throw new EventmillError(
    'BROKER_UNREACHABLE',
    `--bootstrap-server: expected a host that can be looked up, got ${[...new Set(hosts)].join(', ')}; check its spelling`,
  );
}
