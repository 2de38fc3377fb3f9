import { expect, it } from 'vitest';
import { Start } from '../../../src/commands/bodies/start.js';
import type { Run } from '../../../src/request.js';
import { VirtualClock } from '../../support/virtual-clock.js';

/** A run that may begin when the test says so, and writes down what it is told. */
function starting() {
  const told: string[] = [];
  const run = { stop: () => told.push('stop'), abort: () => told.push('abort') } as unknown as Run;
  let begin: () => void = () => {};
  let fail: (error: Error) => void = () => {};
  const promise = new Promise<Run>((resolve, reject) => {
    begin = () => resolve(run);
    fail = reject;
  });
  const clock = new VirtualClock();
  const start = new Start(clock);
  return { run, told, begin, fail, clock, start, of: start.of(promise) };
}

it('a run hears of signals, the second of which gives up', async () => {
  const { run, told, begin, start, of } = starting();
  begin();
  expect(await of).toBe(run);
  start.first();
  start.second();
  expect(told).toEqual(['stop', 'abort']);
});

it('a run that begins soon after a signal is stopped as soon as it has begun', async () => {
  const { run, told, begin, start, clock, of } = starting();
  start.first();
  await clock.advance(900);
  begin();
  expect(await of).toBe(run);
  expect(told).toEqual(['stop']);
});

it('a start that takes longer is given up, and so is what comes of it', async () => {
  const { told, begin, start, clock, of } = starting();
  start.first();
  await clock.advance(1000);
  expect(await of).toBeNull();
  begin();
  await clock.advance(0);
  expect(told).toEqual(['stop']);
});

it('a second signal gives up at once', async () => {
  const { start, of } = starting();
  start.first();
  start.second();
  expect(await of).toBeNull();
});

it('a start that fails is told, unless it was interrupted', async () => {
  const [heard, unheard] = [starting(), starting()];
  heard.fail(new Error('no broker'));
  await expect(heard.of).rejects.toThrow('no broker');
  unheard.start.first();
  unheard.fail(new Error('no broker'));
  expect(await unheard.of).toBeNull();
});
