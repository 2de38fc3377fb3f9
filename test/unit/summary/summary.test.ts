import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { EventmillError } from '../../../src/errors.js';
import { openSummary, summaryOf } from '../../../src/summary.js';
import type { Summary } from '../../../src/types.js';
import { snapshot } from '../../support/snapshots.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eventmill-summary-'));
});

async function refusal(path: string): Promise<EventmillError> {
  const error: unknown = await openSummary(path).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(EventmillError);
  return error as EventmillError;
}

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Summary;

it('holds the names that scripts rely on, and nothing of the moment', () => {
  const summary = summaryOf(snapshot([{}, { name: 'sync' }]));
  expect(Object.keys(summary)).toEqual([
    'eventmill',
    'seed',
    'workload',
    'driver',
    'brokers',
    'sandbox',
    'startedAt',
    'sources',
    'profiles',
  ]);
  expect(summary.profiles.map((profile) => profile.name)).toEqual(['async', 'sync']);
  expect(Object.keys(summary.profiles[0]!)).toEqual(
    expect.arrayContaining([
      'settings',
      'due',
      'acked',
      'latencyMs',
      'histograms',
      'topics',
      'errors',
      'limitedBy',
    ]),
  );
  expect(summary.profiles[0]).not.toHaveProperty('pending');
});

it('is whole JSON at every moment while it is rewritten, and leaves no other file behind', async () => {
  const path = join(folder, 'out.json');
  const file = await openSummary(path);
  await file.update(snapshot([{ acked: 0 }]));
  const seen: number[] = [];
  for (let acked = 1; acked <= 50; acked++) {
    const writing = file.update(snapshot([{ acked }]));
    seen.push(read(path).profiles[0]!.acked);
    await writing;
    seen.push(read(path).profiles[0]!.acked);
  }
  expect(seen).toEqual(Array.from({ length: 100 }, (_, at) => Math.ceil(at / 2)));
  expect(readdirSync(folder)).toEqual(['out.json']);
});

it('ends with the last snapshot even when a write is under way', async () => {
  const path = join(folder, 'out.json');
  const file = await openSummary(path);
  const writes = [file.update(snapshot([{ acked: 1 }])), file.update(snapshot([{ acked: 2 }]))];
  await file.finish(snapshot([{ acked: 3 }]));
  await Promise.all(writes);
  expect(read(path).profiles[0]!.acked).toBe(3);
});

it('does not touch what stands there before the run begins', async () => {
  const path = join(folder, 'out.json');
  writeFileSync(path, 'old');
  await openSummary(path);
  expect(readFileSync(path, 'utf8')).toBe('old');
});

it('replaces the file that a link names, not the link', async () => {
  writeFileSync(join(folder, 'real.json'), 'old');
  symlinkSync('real.json', join(folder, 'link.json'));
  const file = await openSummary(join(folder, 'link.json'));
  await file.finish(snapshot());
  expect(read(join(folder, 'real.json')).workload).toBe('demo');
});

it('says that it could not write when the folder vanished meanwhile', async () => {
  const inner = join(folder, 'inner');
  mkdirSync(inner);
  const file = await openSummary(join(inner, 'out.json'));
  mkdirSync(join(inner, 'out.json'));
  await expect(file.finish(snapshot())).rejects.toMatchObject({ code: 'OUTPUT' });
  expect(readdirSync(inner)).toEqual(['out.json']);
});

describe('before the run', () => {
  it('refuses a folder', async () => {
    const error = await refusal(folder);
    expect(error.code).toBe('NOT_WRITABLE');
    expect(error.message).toContain('it is a folder');
  });

  it('refuses a path whose folder does not exist, or is a file', async () => {
    expect((await refusal(join(folder, 'none', 'out.json'))).message).toContain('its folder does not exist');
    writeFileSync(join(folder, 'file'), '');
    expect((await refusal(join(folder, 'file', 'out.json'))).message).toContain('is not a folder');
  });

  it('refuses a device, which a rename would replace by a file', async () => {
    expect((await refusal('/dev/null')).message).toContain('not a regular file');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('refuses a folder without permission', async ({ skip }) => {
    if (process.getuid?.() === 0) skip('root may write everywhere');
    chmodSync(folder, 0o500);
    expect((await refusal(join(folder, 'out.json'))).message).toContain('the permission is missing');
    chmodSync(folder, 0o700);
  });
});
