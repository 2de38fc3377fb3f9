/** What a command is: a descriptor that costs nothing to import, and a body that brings what it needs when it runs. */
import type { Signals } from './signals.js';
import type { Clock } from './types.js';

export interface Command {
  readonly name: string;
  /** As the usage line has it: `[WORKLOAD]`, `<GENERATOR>`. */
  readonly arguments?: readonly Argument[];
  /** One line for the list of commands. */
  readonly doc: string;
  readonly flags: readonly Flag[];
  /** Takes arguments that it has no use for, as a tool that it stands in for does. */
  readonly looseArguments?: true;
  /** Command lines without `eventmill`, and what each is for. */
  readonly examples: readonly (readonly [commandLine: string, doc: string])[];
  /** Words of a language of its own, such as faults, each with what it means; listed below the flags. */
  readonly words?: {
    readonly title: string;
    readonly rows: readonly (readonly [word: string, doc: string])[];
  };
  /** Paragraphs below the flags, such as exit codes. */
  readonly notes?: string;
  /**
   * Throws an EventmillError for what is wrong with the values given and the files they name, and does nothing else. Asked
   * when the command line is wrong already, so that all mistakes are told at once.
   */
  check?(invocation: Invocation, context: Context): Promise<void>;
  /** Runs it and resolves with the exit code. Throws an EventmillError for what the user can mend. */
  run(invocation: Invocation, context: Context): Promise<number>;
}

export interface Argument {
  readonly name: string;
  readonly doc: string;
  readonly optional?: true;
  /** Only the last one: takes all that are left. */
  readonly several?: true;
}

export interface Flag {
  /** `--rate <R>`, `-q, --quiet`, `--no-color`. */
  readonly flags: string;
  readonly doc: string;
  /** May be given several times; its value is then a list. */
  readonly repeat?: true;
  /** The heading under which help lists it. */
  readonly group?: string;
  /** Not in help. */
  readonly hidden?: true;
}

/** The flags given, by name in camel case; those not given are absent. `--no-x` gives `x: false`. */
export type FlagValues = Readonly<{ [name: string]: string | boolean | readonly string[] }>;

export interface Invocation {
  readonly arguments: readonly string[];
  readonly flags: FlagValues;
}

export type Input = NodeJS.ReadableStream &
  AsyncIterable<Buffer | string> & { readonly isTTY?: boolean; destroy(): unknown };
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** The process as a command sees it. */
export interface Context {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: Readonly<{ [name: string]: string | undefined }>;
  readonly signals: Signals;
  /** Aborted when whoever read standard output has gone. */
  readonly closed: AbortSignal;
  readonly clock: Clock;
}
