/** Whatever is typed: an answer, or every mistake at once in words, with nothing begun. */
import { EventEmitter } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.js';
import type { Command, Context, FlagValues, Input, Output } from '../../src/command.js';
import { readCommandLine } from '../../src/command-line.js';
import console from '../../src/commands/console.js';
import demo from '../../src/commands/demo.js';
import list from '../../src/commands/list.js';
import merge from '../../src/commands/merge.js';
import run from '../../src/commands/run.js';
import sample from '../../src/commands/sample.js';
import sandbox from '../../src/commands/sandbox.js';
import tail from '../../src/commands/tail.js';
import verify from '../../src/commands/verify.js';
import { loadProfile, loadWorkload } from '../../src/config/load.js';
import { EventmillError } from '../../src/errors.js';
import { readClientFile } from '../../src/security/load.js';
import { Signals } from '../../src/signals.js';
import { inWords } from '../fuzz/target.js';

const COMMANDS: readonly Command[] = [demo, run, console, sandbox, sample, list, verify, merge, tail];

/** What people and scripts get wrong, and what only somebody who means ill types. */
const nasty = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'x',
    '0',
    '-1',
    '1.5',
    '1e999',
    'NaN',
    'null',
    'true',
    '99999999999999999999',
    '5s',
    '500/s',
  ),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'a=b',
    '=',
    'a=',
    '=a',
    '__proto__=1',
    'a=b=c',
    ',',
    'a,b',
    'max,5/s',
  ),
  fc.constantFrom(
    '../..',
    '/',
    '.',
    './x.json',
    '/dev/null',
    'localhost',
    'localhost:1',
    '[::1]:9092',
    'produce:x',
  ),
  fc.constantFrom(
    '\0',
    '\u001b[31m',
    '\n',
    'a\nb',
    '💥',
    '‮',
    'x'.repeat(20_000),
    '\\',
    '"',
    "'",
    '%s',
    '--',
    '-',
  ),
  fc.string(),
);

const nameOf = (flags: string): string => /--(?:no-)?([a-z-]+)/.exec(flags)![1]!;
const camel = (name: string): string =>
  name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

describe('any words', () => {
  it('are read, or refused in words', async () => {
    const names = COMMANDS.flatMap(({ name, flags }) => [
      name,
      ...flags.map((flag) => `--${nameOf(flag.flags)}`),
    ]);
    const word = fc.oneof(nasty, fc.constantFrom(...names), fc.constantFrom('-h', '--help', '-V', 'help'));
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (words) => {
        try {
          await readCommandLine(words, COMMANDS, '0.0.0', 80);
        } catch (error) {
          if (!(error instanceof EventmillError)) throw error;
          expect(error.exitCode).toBe(2);
        }
      }),
      { numRuns: 400 },
    );
  });
});

/** A flag of each command with a value that is a mistake, so that nothing else may begin, and the name it is told under. */
const MISTAKEN: Readonly<{ [command: string]: readonly [flag: string, value: string, told: string] }> = {
  demo: ['metricsPort', 'x', '--metrics-port'],
  run: ['metricsPort', 'x', '--metrics-port'],
  sandbox: ['port', 'x', '--port'],
  sample: ['count', 'x', '--count'],
  tail: ['count', 'x', '--count'],
  console: ['requestTimeoutMs', 'x', '--request-timeout-ms'],
};

function anyFlags({ flags }: Command): fc.Arbitrary<FlagValues> {
  // Java's tool answers these two whatever else is said.
  const asked = flags.filter((flag) => !/^--(?:help|version)\b/.test(flag.flags));
  const entries = asked.map((flag) => {
    const takesValue = flag.flags.includes('<');
    const value = flag.repeat
      ? fc.array(nasty, { minLength: 1, maxLength: 3 })
      : takesValue
        ? nasty
        : fc.constant(true);
    return [camel(nameOf(flag.flags)), value] as const;
  });
  return fc.record(Object.fromEntries(entries), { requiredKeys: [] }) as fc.Arbitrary<FlagValues>;
}

/** A process without an environment, whose output is looked at by nobody. */
function context(): Context {
  const sink = (): Output =>
    new Writable({ write: (_chunk, _encoding, done) => done() }) as unknown as Output;
  const unheard = (): void => {
    throw new Error('nobody sends signals here');
  };
  return {
    stdin: Readable.from([]) as unknown as Input,
    stdout: sink(),
    stderr: sink(),
    environment: {},
    signals: new Signals(new EventEmitter(), unheard),
    closed: new AbortController().signal,
    clock: systemClock,
  };
}

describe('any flags with one mistake among them', () => {
  it.each(COMMANDS.filter(({ name }) => name in MISTAKEN).map((command) => [command.name, command] as const))(
    'of %s are refused before anything begins, and the mistake is told beside all others',
    async (name, command) => {
      const [flag, value, told] = MISTAKEN[name]!;
      await fc.assert(
        fc.asyncProperty(anyFlags(command), fc.array(nasty, { maxLength: 1 }), async (flags, given) => {
          const invocation = { arguments: given, flags: { ...flags, [flag]: value } };
          const error: unknown = await command.run(invocation, context()).then(
            (code) => new Error(`it ended with ${code}`),
            (thrown: unknown) => thrown,
          );
          if (!(error instanceof EventmillError)) throw error;
          expect(error.exitCode).toBe(2);
          expect(error.message).toContain(`${told}: `);
        }),
        { numRuns: 80 },
      );
    },
  );
});

function file(name: string, text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'eventmill-any-')), name);
  writeFileSync(path, text);
  return path;
}

/** Text that looks like JSON, or is, down to what breaks readers of JSON. */
const jsonText = fc.oneof(
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '{"__proto__": {"acks": 0}}',
    '{"constructor": {"prototype": {"x": 1}}, "sources": {"__proto__": {"generator": "stock"}}}',
    '{"sources": {"constructor": {"generator": "stock", "options": {"__proto__": 1}}}}',
    `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
    `${'{"sources":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
    '{"seed": 1e999, "count": 1e308, "duration": "1e999s"}',
    '{"lingerMs": -0, "batchBytes": 1e400, "bufferBytes": 99999999999999999999}',
    '{"lingerMs": 1, "lingerMs": 2}',
    '\ufeff{}',
    '\0',
  ),
  fc.string(),
);

describe('any file', () => {
  it.each([
    ['profile', (path: string) => loadProfile(path)],
    ['workload', (path: string) => loadWorkload(path, 0)],
  ])('as a %s is read, or refused in words, and changes nothing else', async (_, load) => {
    await fc.assert(
      fc.asyncProperty(jsonText, async (text) => {
        try {
          await load(file('any.json', text));
        } catch (error) {
          if (!(error instanceof EventmillError)) throw error;
          expect(error.exitCode).toBe(2);
          for (const line of error.message.split('\n')) inWords(line);
        }
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  const KEYS = [
    'security.protocol',
    'sasl.mechanism',
    'sasl.jaas.config',
    'ssl.truststore.location',
    'bootstrap.servers',
  ];
  const VALUES = [
    'SASL_SSL',
    'SSL',
    'PLAIN',
    'org.apache.kafka.common.security.plain.PlainLoginModule required',
    '/dev/null',
  ];
  const property = fc
    .tuple(
      fc.oneof(fc.constantFrom(...KEYS), fc.string()),
      fc.constantFrom('=', ':', ' ', '', ' = ', '\\u00'),
      fc.oneof(fc.constantFrom(...VALUES), nasty),
    )
    .map((parts) => parts.join(''));

  it('as .properties is read, or refused in words without its secrets', () => {
    const secret = 'hunter2-is-not-to-be-told';
    fc.assert(
      fc.property(
        fc.array(property, { maxLength: 6 }),
        fc.constantFrom(...KEYS, 'sasl.oauthbearer.x'),
        (lines, key) => {
          const { problems, warnings } = readClientFile(
            file(
              'client.properties',
              `${lines.join('\n')}\nssl.key.password=${secret}\n${key}=x\nsasl.jaas.config=x password="${secret}`,
            ),
          );
          for (const line of [...problems, ...warnings]) expect(line).not.toContain(secret);
        },
      ),
      { numRuns: 200 },
    );
  });
});
