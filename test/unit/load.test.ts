import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { brokerProcesses, loadBetween, workSoFar } from '../../src/load.js';

it('takes what was ours, and what brokers did, from what the machine did', () => {
  const before = { busy: 100, possible: 1000, brokers: 10 };
  const after = { busy: 118, possible: 1020, brokers: 15 };
  expect(loadBetween(before, after, 9)).toEqual({ all: 0.9, others: 0.2 });
  expect(loadBetween(before, after, 50)).toEqual({ all: 0.9, others: 0 });
  expect(loadBetween({ ...before, brokers: null }, after, 9).others).toBeNull();
  expect(loadBetween(before, before, 0)).toEqual({ all: 0, others: null });
});

it('sees the machine work', () => {
  const before = workSoFar([]);
  const until = performance.now() + 300;
  while (performance.now() < until);
  const after = workSoFar([]);
  expect(after.possible).toBeGreaterThan(before.possible);
  expect(after.busy - before.busy).toBeGreaterThan(0.1);
  expect(loadBetween(before, after, 0).others).toBeLessThan(1.001);
});

it('leaves brokers elsewhere to themselves', () => {
  expect(brokerProcesses(['kafka.example.com:9092', '10.0.0.7:9092'])).toEqual([]);
});

it.runIf(process.platform === 'linux')(
  'finds the process that listens on a port of this machine',
  async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    expect(brokerProcesses([`localhost:${port}`, 'elsewhere:9092'])).toEqual([process.pid]);
    const { brokers } = workSoFar([process.pid]);
    expect(brokers).toBeGreaterThan(0.05);
    await new Promise((resolve) => server.close(resolve));
    expect(brokerProcesses([`127.0.0.1:${port}`])).toBeNull();
  },
);
