import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import part from '../../../src/drivers/file.js';
import { batchOf, driverContext, sendOne } from './harness.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eventmill-file-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('driver file', () => {
  it('writes one file a topic into a folder that it makes', async () => {
    const deep = join(folder, 'made', 'here');
    const driver = part.create(driverContext({ folder: deep }));
    await driver.connect(['a', 'b.c']);
    const batches = [
      await batchOf(driver, 'a', 0, [1, 2]),
      await batchOf(driver, 'b.c', 0, ['x']),
      await batchOf(driver, 'a', 1, [3]),
    ];
    expect((await driver.send(0, batches)).map(({ code, offset }) => `${code} ${offset}`)).toEqual([
      'NONE 0',
      'NONE 0',
      'NONE 0',
    ]);
    expect(await sendOne(driver, await batchOf(driver, 'a', 0, [4]))).toMatchObject({ offset: 2 });
    await driver.close();
    expect(await readFile(join(deep, 'a.jsonl'), 'utf8')).toBe('1\n2\n3\n4\n');
    expect(await readFile(join(deep, 'b.c.jsonl'), 'utf8')).toBe('"x"\n');
    expect(driver.wireBytes).toBe(12);
  });

  it.runIf(existsSync('/proc/self'))('says so at once where a file system takes no folders', async () => {
    const driver = part.create(driverContext({ folder: '/proc/eventmill/out' }));
    await expect(driver.connect(['a'])).rejects.toMatchObject({ code: 'NOT_WRITABLE' });
  });

  it('keeps the order of a partition when sends overlap', async () => {
    const driver = part.create(driverContext({ folder }));
    await driver.connect(['t']);
    const batches = await Promise.all(
      Array.from({ length: 50 }, (_, index) => batchOf(driver, 't', 0, [index])),
    );
    const offsets = await Promise.all(batches.map((batch) => sendOne(driver, batch)));
    await driver.close();
    const numbers = Array.from({ length: 50 }, (_, index) => index);
    expect(await readFile(join(folder, 't.jsonl'), 'utf8')).toBe(`${numbers.join('\n')}\n`);
    expect(offsets.map(({ offset }) => offset)).toEqual(numbers);
  });

  it('wraps values when asked to', async () => {
    const driver = part.create(driverContext({ folder, envelope: true }));
    await driver.connect(['t']);
    await sendOne(driver, await batchOf(driver, 't', 0, [1], { text: 'k', timestamp: 9 }));
    await driver.close();
    expect(JSON.parse(await readFile(join(folder, 't.jsonl'), 'utf8'))).toEqual({
      key: 'k',
      value: 1,
      timestamp: 9,
      headers: {},
    });
  });

  it('refuses a file that holds something, leaves it alone and makes no other', async () => {
    await writeFile(join(folder, 'b.jsonl'), 'precious\n');
    const driver = part.create(driverContext({ folder }));
    await expect(driver.connect(['a', 'b'])).rejects.toMatchObject({
      code: 'NOT_WRITABLE',
      message: expect.stringMatching(/b\.jsonl: expected no file or an empty one, got 9 bytes; .*--out/),
    });
    expect(await readdir(folder)).toEqual(['b.jsonl']);
    expect(await readFile(join(folder, 'b.jsonl'), 'utf8')).toBe('precious\n');
  });

  it('takes an empty file', async () => {
    await writeFile(join(folder, 't.jsonl'), '');
    const driver = part.create(driverContext({ folder }));
    await driver.connect(['t']);
    await sendOne(driver, await batchOf(driver, 't', 0, [1]));
    await driver.close();
    expect((await stat(join(folder, 't.jsonl'))).size).toBe(2);
  });

  it('says which folder cannot be made', async () => {
    await writeFile(join(folder, 'file'), '');
    const driver = part.create(driverContext({ folder: join(folder, 'file', 'below') }));
    await expect(driver.connect(['t'])).rejects.toMatchObject({
      code: 'NOT_WRITABLE',
      exitCode: 2,
      message: expect.stringMatching(/below: expected a folder .* got ENOTDIR; .*--out/),
    });
  });

  it('says which file cannot be made', async () => {
    await mkdir(join(folder, 't.jsonl'));
    const driver = part.create(driverContext({ folder }));
    await expect(driver.connect(['t'])).rejects.toMatchObject({
      code: 'NOT_WRITABLE',
      message: expect.stringMatching(/t\.jsonl: expected a file that can be created, got EISDIR; .*--out/),
    });
  });

  it('tells ENOSPC when the disk is full', async (context) => {
    context.skip(!existsSync('/dev/full'), 'there is no /dev/full here: run the tests on Linux');
    await symlink('/dev/full', join(folder, 't.jsonl'));
    const driver = part.create(driverContext({ folder }));
    await driver.connect(['t', 'u']);
    const batches = [await batchOf(driver, 't', 0, [1]), await batchOf(driver, 'u', 0, [2])];
    expect(await driver.send(0, batches)).toEqual([
      { code: 'ENOSPC', retriable: false, offset: -1 },
      { code: 'NONE', retriable: false, offset: 0 },
    ]);
    await driver.close();
    expect(driver.wireBytes).toBe(2);
  });

  it('opens the file of a topic that nobody announced', async () => {
    const driver = part.create(driverContext({ folder }));
    await driver.connect([]);
    expect(await sendOne(driver, await batchOf(driver, 'late', 0, [1]))).toMatchObject({ code: 'NONE' });
    await driver.close();
    expect(await readFile(join(folder, 'late.jsonl'), 'utf8')).toBe('1\n');
  });
});
