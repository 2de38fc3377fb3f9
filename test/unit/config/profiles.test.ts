import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listProfiles, loadProfile, loadProfiles } from '../../../src/config/load.js';
import { profileWarnings } from '../../../src/config/profile-checks.js';
import { PROFILE_SCHEMA } from '../../../src/config/profile-settings.js';
import { withDriver } from '../../../src/config/run-flags.js';
import { fileWith, mistakesOf } from './folder.js';

describe('a profile', () => {
  it('has its own settings over the defaults, frozen all the way down', async () => {
    const profile = await loadProfile(
      fileWith('mine.json', { doc: 'Mine', lingerMs: 20, batchBytes: '128KiB' }),
    );
    expect(profile).toMatchObject({ name: 'mine', doc: 'Mine' });
    expect(profile.settings).toMatchObject({
      lingerMs: 20,
      batchBytes: 131_072,
      acks: 'all',
      idempotent: true,
    });
    expect(Object.isFrozen(profile) && Object.isFrozen(profile.settings)).toBe(true);
    expect(Object.keys(profile.settings)).toEqual(Object.keys(PROFILE_SCHEMA));
  });

  it('takes durations with a unit where the name ends in Ms', async () => {
    const { settings } = await loadProfile(
      fileWith('mine.json', { lingerMs: '20ms', requestTimeoutMs: '1m' }),
    );
    expect(settings).toMatchObject({ lingerMs: 20, requestTimeoutMs: 60_000 });
  });

  it('takes true and false as JSON has them, and not as text', async () => {
    const path = fileWith('mine.json', { idempotent: 'true' });
    expect(await mistakesOf(() => loadProfile(path))).toEqual([
      `${path}: idempotent: expected true or false, got "true"; write it without quotes`,
    ]);
    expect((await loadProfile('async', ['idempotent=false'])).settings.idempotent).toBe(false);
  });

  it('is changed by --set, whose last word counts', async () => {
    const sets = [
      'lingerMs=20',
      'acks=1',
      'idempotent=false',
      'lingerMs=30',
      'batchBytes=1MiB',
      'compressionLevel=null',
    ];
    const { settings } = await loadProfile('async', sets);
    expect(settings).toMatchObject({ lingerMs: 30, acks: 1, idempotent: false, batchBytes: 1_048_576 });
  });

  it('keeps exact its numbers that convict alone would have read generously', async () => {
    const path = fileWith('fast.json', {
      lingerMs: '10abc',
      idempotent: 'no',
      batchRecords: '12.5',
      retriesMax: [3],
    });
    expect(await mistakesOf(() => loadProfile(path))).toEqual([
      `${path}: lingerMs: expected a duration in ms from 0 to 900000, got "10abc"; the units are w, d, h, m, s and ms`,
      `${path}: idempotent: expected true or false, got "no"`,
      `${path}: batchRecords: expected an integer from 1 to 2147483647, got "12.5"; it must be whole`,
      `${path}: retriesMax: expected an integer from 0 to 2147483647, got [3]`,
    ]);
  });

  it('tells unknown keys with the nearest known one', async () => {
    const path = fileWith('fast.json', { lingerms: 3, __proto__x: {}, 'a.b': { c: { d: 1 } } });
    const lines = await mistakesOf(() => loadProfile(path));
    expect(lines[0]).toBe(`${path}: lingerms: not a setting; nearest: lingerMs`);
    expect(lines[1]).toMatch(/__proto__x: not a setting; expected one of driver, acks, /);
    expect(lines).toHaveLength(3);
  });

  it('is not fooled by objects and prototypes where a value should be', async () => {
    const path = fileWith(
      'odd.json',
      '{"lingerMs": {"a": {"b": {}}}, "__proto__": {"acks": 0}, "constructor": 1}',
    );
    const lines = await mistakesOf(() => loadProfile(path));
    expect(lines.map((line) => line.slice(path.length + 2).split(':')[0])).toEqual([
      'lingerMs',
      '__proto__',
      'constructor',
    ]);
    expect((await mistakesOf(() => loadProfile('async', ['__proto__=1'])))[0]).toMatch(
      /^--set __proto__: not a setting/,
    );
  });

  it('must be an object', async () => {
    for (const content of ['[]', 'null', '3', '"sync"']) {
      const path = fileWith('odd.json', content);
      expect(await mistakesOf(() => loadProfile(path))).toEqual([
        `${path}: expected an object of settings, got ${content}`,
      ]);
    }
  });

  it('with broken JSON is named with line and column', async () => {
    const path = fileWith('broken.json', '{\n  "acks": 1,\n}');
    expect(await mistakesOf(() => loadProfile(path))).toEqual([
      `${path}:3:1: broken JSON: expected a key in double quotes, got }; remove the comma before it`,
    ]);
  });

  it('that does not exist is told with those that do, and the nearest', async () => {
    expect(await mistakesOf(() => loadProfile('asinc'))).toEqual([
      expect.stringMatching(/^profile "asinc": expected one of async, durable, .*; nearest: async$/),
    ]);
    expect(await mistakesOf(() => loadProfile('./nowhere.json'))).toEqual([
      './nowhere.json: there is no such file',
    ]);
  });

  it('that is a folder, or far too large, is told as such', async () => {
    const folder = join(dirname(fileWith('x.json', {})), 'folder.json');
    mkdirSync(folder);
    expect(await mistakesOf(() => loadProfile(folder))).toEqual([`${folder}: cannot be read: EISDIR`]);
    const large = fileWith('large.json', ' '.repeat(2 ** 20 + 1));
    expect(await mistakesOf(() => loadProfile(large))).toEqual([expect.stringContaining('at most 1 MiB')]);
  });

  it('whose name cannot be part of a topic is refused', async () => {
    const path = fileWith('my profile.json', {});
    expect(await mistakesOf(() => loadProfile(path))).toEqual([
      expect.stringContaining('expected a file name of'),
    ]);
  });
});

describe('pairs of settings', () => {
  it.each([
    [{ acks: 1 }, 'idempotent needs acks all, got 1; set acks to all or idempotent to false'],
    [
      { retriesMax: 0 },
      'idempotent needs retriesMax of at least 1, got 0; raise retriesMax or set idempotent to false',
    ],
    [
      { inFlightMax: 6 },
      'idempotent needs inFlightMax of at most 5, got 6; lower inFlightMax or set idempotent to false',
    ],
    [
      { deliveryTimeoutMs: 30_004 },
      'deliveryTimeoutMs needs at least lingerMs + requestTimeoutMs (5 + 30000), got 30004; raise it to 30005 or lower requestTimeoutMs',
    ],
    [
      { batchBytes: '2MiB', bufferBytes: '1MiB' },
      'batchBytes must fit into bufferBytes (1048576), got 2097152; lower batchBytes or raise bufferBytes',
    ],
    [
      { batchBytes: '2MiB', partitionBufferBytes: '1MiB' },
      'batchBytes must fit into partitionBufferBytes (1048576), got 2097152; lower batchBytes or raise partitionBufferBytes',
    ],
    [
      { retryBackoffMs: 2000 },
      'retryBackoffMs must be at most retryBackoffMsMax (1000), got 2000; lower retryBackoffMs or raise retryBackoffMsMax',
    ],
    [
      { driver: 'kafkajs' },
      'the driver kafkajs sends one request at a time when idempotent, got inFlightMax 5; set inFlightMax to 1 or idempotent to false',
    ],
  ])('%j cannot be', async (settings, problem) => {
    expect(await mistakesOf(() => loadProfile(fileWith('fast.json', settings)))).toEqual([
      `profile fast: ${problem}`,
    ]);
  });

  it.each([
    [{ acks: 1, idempotent: false }],
    [{ inFlightMax: 6, idempotent: false }],
    [{ deliveryTimeoutMs: 30_005 }],
    [{ driver: 'kafkajs', inFlightMax: 1 }],
    [{ compression: 'zstd', compressionLevel: -5 }],
    [{ compression: 'gzip', compressionLevel: 9 }],
  ])('%j can be', async (settings) => {
    expect((await loadProfile(fileWith('fast.json', settings))).settings).toMatchObject(settings);
  });

  it.each([
    [{ compression: 'gzip', compressionLevel: 11 }, 'compressionLevel: expected 1 to 9 for gzip, got 11'],
    [
      { compression: 'snappy', compressionLevel: 1 },
      'compressionLevel: expected null, as snappy has no levels, got 1',
    ],
    [
      { compressionLevel: 1 },
      'compressionLevel: expected null while compression is none, got 1; set compression too',
    ],
    [
      { compression: 'lz5' },
      'compression: expected one of none, gzip, lz4, snappy, zstd, got "lz5"; nearest: lz4',
    ],
  ])('%j does not fit the codec', async (settings, problem) => {
    const path = fileWith('fast.json', settings);
    expect(await mistakesOf(() => loadProfile(path))).toEqual([`${path}: ${problem}`]);
  });

  it('names --set as the place when that brought the mistake', async () => {
    expect(await mistakesOf(() => loadProfile('gzip', ['compressionLevel=11']))).toEqual([
      '--set compressionLevel: expected 1 to 9 for gzip, got 11',
    ]);
  });

  it('warns of sync sending that lingers, and of nothing that ships', async () => {
    const profile = await loadProfile(fileWith('slow.json', { mode: 'sync', lingerMs: 5 }));
    expect(profileWarnings(profile)).toEqual([
      'profile slow: mode sync waits for each record, so lingerMs 5 only delays it; set lingerMs to 0',
    ]);
    for (const { name } of await listProfiles()) expect(profileWarnings(await loadProfile(name))).toEqual([]);
  });
});

describe('several profiles', () => {
  it('have the mistakes of all told together, a shared --set mistake once', async () => {
    const a = fileWith('a.json', { acks: 2 });
    const b = fileWith('b.json', { acks: 1 });
    expect(await mistakesOf(() => loadProfiles([a, b, 'nowhere'], ['lingerMz=1']))).toEqual([
      `${a}: acks: expected 0, 1 or all, got 2`,
      '--set lingerMz: not a setting; nearest: lingerMs',
      'profile b: idempotent needs acks all, got 1; set acks to all or idempotent to false',
      expect.stringMatching(/^profile "nowhere": expected one of/),
    ]);
  });

  it('must have names that differ, since their topics do', async () => {
    expect(await mistakesOf(() => loadProfiles(['async', fileWith('async.json', {})]))).toEqual([
      'profile async: expected each name once, got it twice; rename the file or leave one out',
    ]);
  });
});

describe('--driver', () => {
  it('overrides the driver, and tells what else had to change', async () => {
    const profile = await loadProfile('async');
    expect(withDriver(profile, 'null').profile.settings).toEqual({ ...profile.settings, driver: 'null' });
    const driven = withDriver(profile, 'kafkajs');
    expect(driven.profile.settings).toEqual({ ...profile.settings, driver: 'kafkajs', inFlightMax: 1 });
    expect(driven.warnings).toEqual([
      'profile async: inFlightMax is 1 instead of 5, as the driver kafkajs sends one request at a time when idempotent',
    ]);
    expect(withDriver(profile, undefined)).toEqual({ profile, warnings: [] });
  });
});
