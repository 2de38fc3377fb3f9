/** A process as commands see it, made of parts that tests can look into. */
import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { systemClock } from '../../src/clock.js';
import type { Context, FlagValues, Invocation } from '../../src/command.js';
import { Signals } from '../../src/signals.js';
import { Output } from './outputs.js';

export interface FakeProcess {
  readonly context: Context;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Sends a signal, as Ctrl-C would. */
  signal(name?: 'SIGINT' | 'SIGTERM'): void;
  /** Closes the pipe that standard output goes into. */
  hangUp(): void;
}

export function fakeProcess(
  options: { environment?: { [name: string]: string }; columns?: number; stdin?: Context['stdin'] } = {},
): FakeProcess {
  const source = new EventEmitter();
  const closed = new AbortController();
  const stdout = new Output(options.columns === undefined ? undefined : { columns: options.columns });
  const stderr = new Output();
  const unheard = () => {
    throw new Error('a signal that nobody waited for');
  };
  const context: Context = {
    stdin: options.stdin ?? Readable.from([]),
    stdout,
    stderr,
    environment: options.environment ?? {},
    signals: new Signals(source, unheard),
    closed: closed.signal,
    clock: systemClock,
  };
  return {
    context,
    stdout,
    stderr,
    signal: (name = 'SIGINT') => void source.emit(name),
    hangUp: () => closed.abort(),
  };
}

export function invocation(words: readonly string[], flags: FlagValues = {}): Invocation {
  return { arguments: words, flags };
}
