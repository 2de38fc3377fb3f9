import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import part from '../../../src/drivers/stdout.js';
import { batchOf, driverContext, sendOne } from './harness.js';

describe('driver stdout', () => {
  it('writes one value a line and nothing else, and counts offsets by partition', async () => {
    const output = new PassThrough();
    const driver = part.create(driverContext({ output }));
    await driver.connect(['t']);
    const batches = [await batchOf(driver, 't', 0, [1, 2]), await batchOf(driver, 't', 1, [{ a: 3 }])];
    expect(await driver.send(0, batches)).toEqual([
      { code: 'NONE', retriable: false, offset: 0 },
      { code: 'NONE', retriable: false, offset: 0 },
    ]);
    expect(await sendOne(driver, await batchOf(driver, 't', 0, [4]))).toMatchObject({ offset: 2 });
    await driver.close();
    expect(output.read().toString()).toBe('1\n2\n{"a":3}\n4\n');
    expect(driver.wireBytes).toBe(14);
    expect(driver.requests).toBe(2);
    expect(output.writableEnded).toBe(false);
  });

  it('has as many partitions as the run asks for', () => {
    const driver = part.create(driverContext({ output: new PassThrough(), partitions: 7 }));
    expect(driver.partitionCount('t')).toBe(7);
  });

  it('waits for the reader', async () => {
    const held: (() => void)[] = [];
    const output = new Writable({ highWaterMark: 4, write: (_chunk, _encoding, done) => held.push(done) });
    const driver = part.create(driverContext({ output }));
    let sent = false;
    const sending = sendOne(driver, await batchOf(driver, 't', 0, ['a long line'])).then(() => {
      sent = true;
    });
    await new Promise(setImmediate);
    expect(sent).toBe(false);
    expect(driver.congested(0)).toBe(true);
    held.shift()!();
    await sending;
    expect(driver.congested(0)).toBe(false);
  });

  it('tells EPIPE once the reader has gone, for what is under way and for all that follows', async () => {
    let writes = 0;
    const output = new Writable({
      write: (_chunk, _encoding, done) => {
        writes++;
        done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      },
    });
    const driver = part.create(driverContext({ output }));
    const broken = { code: 'EPIPE', retriable: false, offset: -1 };
    expect(await sendOne(driver, await batchOf(driver, 't', 0, [1]))).toEqual(broken);
    expect(await sendOne(driver, await batchOf(driver, 't', 0, [2]))).toEqual(broken);
    expect(writes).toBe(1);
    expect(driver.wireBytes).toBe(0);
  });

  it('is not congested by a pipe that closed while it was full', async () => {
    const failures: ((error: Error) => void)[] = [];
    const output = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => failures.push(done),
    });
    const driver = part.create(driverContext({ output }));
    const sending = sendOne(driver, await batchOf(driver, 't', 0, ['long']));
    expect(driver.congested(0)).toBe(true);
    failures[0]!(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    expect(await sending).toMatchObject({ code: 'EPIPE' });
    expect(driver.congested(0)).toBe(false);
  });

  it('takes a stream that somebody destroyed for a pipe that was closed', async () => {
    const output = new PassThrough();
    const driver = part.create(driverContext({ output }));
    output.destroy();
    expect(await sendOne(driver, await batchOf(driver, 't', 0, [1]))).toMatchObject({ code: 'EPIPE' });
  });

  it('puts key, timestamp and headers around the value when asked to', async () => {
    const output = new PassThrough();
    const driver = part.create(driverContext({ output, envelope: true }));
    await sendOne(driver, await batchOf(driver, 't', 0, [1], { text: 'k', timestamp: 9 }));
    expect(output.read().toString()).toBe('{"key":"k","value":1,"timestamp":9,"headers":{}}\n');
  });
});
