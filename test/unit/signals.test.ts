import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { Signals } from '../../src/signals.js';

function harness() {
  const source = new EventEmitter();
  const seen: string[] = [];
  const signals = new Signals(source, () => seen.push('unheard'));
  const handlers = {
    first: (signal: string) => seen.push(`first ${signal}`),
    second: (signal: string) => seen.push(`second ${signal}`),
  };
  return { source, seen, signals, handlers };
}

it('tells the first signal from the second, whichever they are, and leaves the third to the process', () => {
  const { source, seen, signals, handlers } = harness();
  signals.handle(handlers);
  source.emit('SIGTERM');
  source.emit('SIGINT');
  source.emit('SIGINT');
  expect(seen).toEqual(['first SIGTERM', 'second SIGINT', 'unheard']);
  expect(signals.received).toBe(3);
});

it('leaves a signal to the process while nobody is at work', () => {
  const { source, seen, signals, handlers } = harness();
  const end = signals.handle(handlers);
  end();
  source.emit('SIGINT');
  expect(seen).toEqual(['unheard']);
});

it('does not take away the handlers of whoever came later', () => {
  const { source, seen, signals, handlers } = harness();
  const end = signals.handle({ first: () => seen.push('old'), second: () => {} });
  signals.handle(handlers);
  end();
  source.emit('SIGINT');
  expect(seen).toEqual(['first SIGINT']);
});

it('leaves the process as it was when closed', () => {
  const { source, signals } = harness();
  signals.close();
  expect(source.listenerCount('SIGINT') + source.listenerCount('SIGTERM')).toBe(0);
});

it('a first signal that is held waits for its handler, and a second one for nobody', () => {
  for (const count of [1, 2]) {
    const source = new EventEmitter();
    const seen: string[] = [];
    const signals = new Signals(source, () => seen.push('unheard'));
    signals.hold();
    for (let i = 0; i < count; i++) source.emit('SIGINT');
    expect(seen).toEqual(count === 1 ? [] : ['unheard']);
    signals.handle({ first: (signal) => seen.push(`first ${signal}`), second: () => {} });
    expect(seen.at(-1)).toBe('first SIGINT');
  }
});
