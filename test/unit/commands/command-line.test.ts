import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../../src/command.js';
import { readCommandLine } from '../../../src/command-line.js';
import { EventmillError } from '../../../src/errors.js';

const folder = new URL('../../../src/commands/', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace(/\.ts$/, ''));
const commands: Command[] = [];
for (const name of names) {
  commands.push(((await import(`../../../src/commands/${name}.ts`)) as { default: Command }).default);
}

const read = (...words: string[]) => readCommandLine(words, commands, '1.2.3', 100);

async function text(...words: string[]): Promise<string> {
  const reading = await read(...words);
  if (!('text' in reading)) throw new Error('expected a text');
  return reading.text;
}

async function complaint(...words: string[]): Promise<string> {
  const reading: unknown = await read(...words).catch((thrown: unknown) => thrown);
  if (typeof reading === 'object' && reading !== null && 'mistakes' in reading)
    return (reading.mistakes as readonly string[]).join('\n');
  const error = reading;
  expect(error).toBeInstanceOf(EventmillError);
  expect((error as EventmillError).exitCode).toBe(2);
  return (error as EventmillError).message;
}

it('is what cli.ts offers: each file in commands is a command of its name', () => {
  const cli = readFileSync(new URL('../cli.ts', folder), 'utf8');
  for (const [at, name] of names.entries()) {
    expect(commands[at]!.name).toBe(name);
    expect(cli).toContain(`import ${name} from './commands/${name}.js';`);
  }
});

it('has the commands of the contract', () => {
  expect(names).toEqual(expect.arrayContaining(['run', 'sandbox', 'sample', 'list', 'tail', 'demo']));
});

describe('help', () => {
  it('lists the commands', async () => {
    await expect(await text('--help')).toMatchFileSnapshot('help/eventmill.txt');
    expect(await text('help')).toBe(await text('--help'));
  });

  it.each(names)('of %s has its flags and examples', async (name) => {
    const help = await text(name, '--help');
    await expect(help).toMatchFileSnapshot(`help/${name}.txt`);
    expect(help).toMatch(/\nExamples:\n {2}# .+\n {2}eventmill /);
    expect(await text('help', name)).toBe(help);
  });

  it.each([80, 100])('fits into %d columns but for the examples, which are for copying', async (width) => {
    for (const name of ['', ...names]) {
      const words = name === '' ? ['--help'] : [name, '--help'];
      const reading = await readCommandLine(words, commands, '1.2.3', width);
      if (!('text' in reading)) throw new Error('expected a text');
      for (const line of reading.text.replace(/^Examples:\n(?: {2}.*\n)+/m, '').split('\n')) {
        expect(line.length, line).toBeLessThanOrEqual(width);
      }
    }
  });

  it('has examples that the command line takes', async () => {
    for (const { examples } of commands) {
      for (const [example] of examples) {
        const words = example.replace(/ [|].*$/, '').split(' ');
        expect(await read(...words), example).toHaveProperty('command');
      }
    }
  });

  it('is shown to whoever asks for nothing, as a complaint', async () => {
    expect(await read()).toEqual({ text: await text('--help'), exitCode: 2 });
  });

  it('is not needed for the version', async () => {
    expect(await text('--version')).toBe('1.2.3\n');
  });
});

it('tells all mistakes of a command line, and goes on with what remains of it', async () => {
  const words = ['run', 'demo', '--profil', 'x', '--rate', 'abc', '--quiet=yes', '--frobnicate', '--count'];
  expect(await read(...words)).toMatchObject({
    mistakes: [
      expect.stringContaining('--count: expected a value'),
      expect.stringContaining('did you mean --profile?'),
      expect.stringContaining('--quiet: expected no value'),
      expect.stringContaining('--frobnicate: not an option'),
    ],
    invocation: { arguments: ['demo'], flags: { rate: ['abc'] } },
  });
});

it('takes nothing for an argument that may be the value of an option it does not know', async () => {
  await expect(read('run', '--frobnicate', 'demo', '--rate', 'abc')).rejects.toMatchObject({
    exitCode: 2,
    message: '--frobnicate: not an option of eventmill run; see eventmill run --help',
  });
});

it('gives the flags that were given, and only those', async () => {
  const reading = await read(
    'run',
    'demo',
    '--rate',
    '500/s',
    '--rate',
    'stock=1/s',
    '--no-create-topics',
    '-q',
    '--set=a=b',
  );
  expect(reading).toMatchObject({
    command: { name: 'run' },
    invocation: {
      arguments: ['demo'],
      flags: { rate: ['500/s', 'stock=1/s'], createTopics: false, quiet: true, set: ['a=b'] },
    },
  });
  if ('command' in reading) expect(Object.keys(reading.invocation.flags)).toHaveLength(4);
});

it('takes the last of a flag that is given twice', async () => {
  expect(await read('run', '--seed', '1', '--seed', '2')).toMatchObject({
    invocation: { flags: { seed: '2' } },
  });
});

describe('mistakes say what was expected, what was found, and how to mend it', () => {
  it.each([
    [['rnu'], 'got "rnu"; did you mean run?'],
    [['sandbx'], 'did you mean sandbox?'],
    [
      ['frobnicate'],
      'expected a command (calibrate, compare, console, demo, list, merge, plan, run, sample, sandbox, score, tail, verify, help), got "frobnicate"',
    ],
    [['run', '--profil', 'x'], '--profil: not an option of eventmill run; did you mean --profile?'],
    [['run', '--frobnicate'], '--frobnicate: not an option of eventmill run; see eventmill run --help'],
    [['--frobnicate'], '--frobnicate: not an option of eventmill; see eventmill --help'],
    [['run', '--quiet=yes'], '--quiet: expected no value, got "yes"'],
    [['run', '--rate'], '--rate: expected a value, as in --rate <R>, got nothing; see eventmill run --help'],
    [['tail', '-n'], '--count: expected a value, as in --count <N>, got nothing; see eventmill tail --help'],
    [['sample'], 'eventmill sample: expected GENERATOR, got nothing; see eventmill sample --help'],
    [['demo', 'x'], 'eventmill demo: expected no argument, got more in "x"'],
    [['run', 'a', 'b'], 'eventmill run: expected at most 1 argument, got more in "a b"'],
  ])('%j', async (words, message) => {
    expect(await complaint(...words)).toContain(message);
    expect(await complaint(...words)).not.toContain('\n');
  });
});
