/** Command lines read into a command with its arguments and flags; the only importer of commander. */
import { Command as Commander, CommanderError, Option, type OutputConfiguration } from 'commander';
import type { Command, Flag, FlagValues, Invocation } from './command.js';
import { EventmillError } from './errors.js';
import { paragraph } from './paragraph.js';

/** A command to run, or a text to print: help or the version, or help for whoever asked for nothing (2). */
export type Reading =
  | {
      readonly command: Command;
      readonly invocation: Invocation;
      /** What the command line has that it may not have; the invocation is what remains without. */
      readonly mistakes: readonly string[];
    }
  | { readonly text: string; readonly exitCode: 0 | 2 };

const INTRODUCTION =
  'Simulated event sources for Apache Kafka: lifelike stock ticks and orders, sent through producer ' +
  'profiles that can be compared. Without --brokers everything runs against a sandbox broker of its own.';

const FIRST_STEPS = [
  ['demo', 'watch stock ticks and pizza orders flow through several profiles, for 30 s'],
  ['sample pizza', 'print a few events; needs no broker'],
  ['run stock-steady --profile durable,throughput', 'two profiles side by side'],
  ['run demo --brokers localhost:9092 --duration 0', 'into a real Kafka, until interrupted'],
] as const;

const LESSONS =
  'Lessons: docs/lessons.md has an experiment of one command for each idea of producing, with what it shows.';

const EXIT_CODES =
  'Exit codes: 0 all is well, 1 the run failed, 2 bad command line or configuration (nothing was ' +
  'sent), 130 interrupted.';

/**
 * Reads the arguments behind `eventmill`. `width` is that of the help texts.
 * Throws USAGE with what was expected, what was found and how to mend it, unless there is more to look at: then those lines
 * are the reading's `mistakes`.
 */
export async function readCommandLine(
  words: readonly string[],
  commands: readonly Command[],
  version: string,
  width: number,
): Promise<Reading> {
  const mistakes: string[] = [];
  let left = words;
  for (;;) {
    const { reading, error } = readOnce(left, commands, version, width);
    if (error === undefined) {
      if ('command' in reading) return { ...reading, mistakes };
      if (mistakes.length === 0) return reading;
      // Help is no answer to a mistake.
      throw new EventmillError('USAGE', mistakes.join('\n'));
    }
    const { text, without } = await explain(error, left, commands);
    // What is missing may be what was left out.
    if (mistakes.length === 0 || error.code !== 'commander.missingArgument') mistakes.push(text);
    if (without === undefined) throw new EventmillError('USAGE', mistakes.join('\n'), { cause: error });
    left = without;
  }
}

function readOnce(
  words: readonly string[],
  commands: readonly Command[],
  version: string,
  width: number,
): { readonly reading: Reading; readonly error?: CommanderError } {
  let text = '';
  let reading: Reading | undefined;
  const program = createProgram(version, width, {
    writeOut: (part) => {
      text += part;
    },
    // Errors are thrown; nothing else is written there but the help of a command line without a command.
    writeErr: () => {},
    getOutHelpWidth: () => width,
    getErrHelpWidth: () => width,
  });
  for (const command of commands) {
    addCommand(program, command, width, (invocation) => {
      reading = { command, invocation, mistakes: [] };
    });
  }
  try {
    program.parse(words.length === 0 ? ['--help'] : words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) return { reading: { text, exitCode: 2 }, error };
  }
  return { reading: reading ?? { text, exitCode: words.length === 0 ? 2 : 0 } };
}

function createProgram(version: string, width: number, output: OutputConfiguration): Commander {
  return new Commander('eventmill')
    .description(INTRODUCTION)
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [COMMAND]', 'print the help of a command')
    .addHelpText(
      'after',
      `\n${examples(FIRST_STEPS)}\n\n${paragraph(LESSONS, width)}\n\n${paragraph(EXIT_CODES, width)}`,
    )
    .configureOutput(output)
    .showSuggestionAfterError(false)
    .exitOverride();
}

function addCommand(
  program: Commander,
  command: Command,
  width: number,
  found: (invocation: Invocation) => void,
): void {
  const notes = command.notes === undefined ? '' : `\n${paragraph(command.notes, width)}\n`;
  const own = program
    .command(command.name)
    .description(command.doc)
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', `${wordList(command, width)}${notes}\n${examples(command.examples)}`);
  for (const { name, doc, optional, several } of command.arguments ?? []) {
    const word = several === true ? `${name}...` : name;
    own.argument(optional === true ? `[${word}]` : `<${word}>`, doc);
  }
  for (const flag of command.flags) own.addOption(optionOf(flag));
  own.allowExcessArguments(command.looseArguments ?? false);
  own.action(() => found({ arguments: own.args, flags: given(own) }));
}

function wordList({ words }: Command, width: number): string {
  if (words === undefined) return '';
  const indent = ' '.repeat(6);
  const rows = words.rows.map(([word, doc]) => {
    const lines = paragraph(doc, width - indent.length).split('\n');
    return `  ${word}\n${lines.map((line) => `${indent}${line}\n`).join('')}`;
  });
  return `\n${words.title}:\n${rows.join('')}`;
}

function optionOf(flag: Flag): Option {
  const option = new Option(flag.flags, flag.doc);
  if (flag.repeat) option.argParser((value: string, before: readonly string[] = []) => [...before, value]);
  if (flag.group !== undefined) option.helpGroup(flag.group);
  return option.hideHelp(flag.hidden ?? false);
}

/** Only what stands on the command line, so that the environment and the files keep their say over the rest. */
function given(command: Commander): FlagValues {
  const values = command.opts<{ [name: string]: string | boolean | readonly string[] }>();
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => command.getOptionValueSource(name) === 'cli'),
  );
}

function examples(lines: readonly (readonly [string, string])[]): string {
  return [
    'Examples:',
    ...lines.flatMap(([commandLine, doc]) => [`  # ${doc}`, `  eventmill ${commandLine}`]),
  ].join('\n');
}

/** A mistake in words, and the command line without it; none where nobody can tell what the rest means. */
interface Explained {
  readonly text: string;
  readonly without?: readonly string[];
}

/** commander's own message turned into ours: expected, got, remedy. */
async function explain(
  error: CommanderError,
  words: readonly string[],
  commands: readonly Command[],
): Promise<Explained> {
  const { nearest } = await import('./nearest.js');
  const command = commands.find(({ name }) => name === words.find((word) => !word.startsWith('-')));
  const usage = command === undefined ? 'eventmill --help' : `eventmill ${command.name} --help`;
  // The one thing that its messages name stands in quotes, or for options as their whole definition.
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownOption': {
      const known = ['--help', ...(command?.flags ?? []).filter((flag) => !flag.hidden).map(longOf)];
      const name = quoted.replace(/=.*$/s, '');
      const meant = nearest(name, known);
      const whose = command === undefined ? 'eventmill' : `eventmill ${command.name}`;
      if (known.includes(name)) {
        const got = JSON.stringify(quoted.slice(name.length + 1));
        return { text: `${name}: expected no value, got ${got}`, ...without(words, quoted, false) };
      }
      const text = `${name}: not an option of ${whose}; ${meant === undefined ? `see ${usage}` : `did you mean ${meant}?`}`;
      const flag = command?.flags.find((one) => longOf(one) === meant);
      return { text, ...without(words, quoted, flag?.flags.includes('<')) };
    }
    case 'commander.unknownCommand': {
      const known = [...commands.map(({ name }) => name), 'help'];
      const meant = nearest(quoted, known) ?? known.find((name) => sorted(name) === sorted(quoted));
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
      return { text: `expected a command (${known.join(', ')}), got ${JSON.stringify(quoted)}${hint}` };
    }
    case 'commander.missingArgument':
      return { text: `eventmill ${command?.name ?? ''}: expected ${quoted}, got nothing; see ${usage}` };
    case 'commander.optionMissingArgument': {
      const flag = quoted.split(/,\s*/).at(-1) ?? quoted;
      const text = `${flag.split(' ')[0]}: expected a value, as in ${flag}, got nothing; see ${usage}`;
      // Only the last word of all can be without a value.
      return { text, without: words.slice(0, -1) };
    }
    case 'commander.excessArguments': {
      const most = command?.arguments?.length ?? 0;
      const operands = command === undefined ? words : words.slice(words.indexOf(command.name) + 1);
      const text =
        `eventmill ${command?.name ?? ''}: expected ${most === 0 ? 'no argument' : `at most ${most} argument${most === 1 ? '' : 's'}`}, ` +
        `got more in ${JSON.stringify(operands.join(' '))}; several values of one option are joined by commas; see ${usage}`;
      return { text };
    }
    default:
      return { text: `${error.message.replace(/^error: /, '')}; see ${usage}` };
  }
}

/**
 * The words without an option, and without its value where it takes one. Where nobody knows whether it does, and a word
 * follows that may be its value or an argument, there is no telling what is left.
 */
function without(
  words: readonly string[],
  option: string,
  takesValue: boolean | undefined,
): Pick<Explained, 'without'> {
  const at = words.indexOf(option);
  const next = words[at + 1];
  const follows = !option.includes('=') && next !== undefined && !next.startsWith('-');
  if (at < 0 || (takesValue === undefined && follows)) return {};
  return { without: words.toSpliced(at, follows && takesValue === true ? 2 : 1) };
}

/** Two letters that changed places are two slips to `nearest`, too many for a short word. */
function sorted(word: string): string {
  return [...word].sort().join('');
}

function longOf(flag: Flag): string {
  return /--[a-z-]+/.exec(flag.flags)![0];
}
