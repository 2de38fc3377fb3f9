/** The generator replay: a file's rows once more, at their own pace, in whatever time a run has. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { run } from '../../src/run.js';
import type { Feed, ModelTime, OptionValues, WorkloadSource } from '../../src/types.js';
import { openNamed, SIMULATED } from '../support/feeds.js';
import { profile, source, workload } from '../support/workloads.js';

const JSONL = 'test/support/past.jsonl';
const CSV = 'test/support/past.csv';
const ROWS = readFileSync(JSONL, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { timestamp: number });
const FIRST = ROWS[0]!.timestamp;
const NATURAL: ModelTime = { kind: 'live', pace: 'own', start: 5e11, speed: 1 };

const open = (options: OptionValues, time: ModelTime = NATURAL): Promise<Feed> =>
  openNamed('replay', { options, time });

function file(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'eventmill-past-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

describe('a file of past events', () => {
  it('comes with its own gaps, whatever the kind of time', async () => {
    for (const time of [NATURAL, SIMULATED]) {
      const feed = await open({ file: JSONL }, time);
      for (const { timestamp } of ROWS) {
        expect(feed.nextAt!()).toBe(time.start + timestamp - FIRST);
        feed.next(0);
      }
      expect(feed.nextAt!()).toBe(Number.POSITIVE_INFINITY);
    }
  });

  it('comes as it was but for its time, or with that too', async () => {
    const anew = await open({ file: JSONL });
    const asItWas = await open({ file: JSONL, restamp: false });
    for (const row of ROWS) {
      expect(anew.next(1.7e12 + 0.5)).toEqual({ value: { ...row, timestamp: 1.7e12 }, timestamp: 1.7e12 });
      expect(asItWas.next(1.7e12)).toEqual({ value: row, timestamp: row.timestamp });
    }
  });

  it('begins again at the end, a mean gap later, if asked to', async () => {
    const feed = await open({ file: JSONL, loop: true });
    let last = 0;
    for (let i = 0; i < 3 * ROWS.length; i++) {
      expect(feed.nextAt!()).toBeGreaterThanOrEqual(last);
      last = feed.nextAt!();
      feed.next(0);
    }
    const span = ROWS.at(-1)!.timestamp - FIRST;
    expect(feed.nextAt!() - NATURAL.start).toBeCloseTo(3 * (span + span / (ROWS.length - 1)), -2);
  });

  it('may be CSV with quotes, line ends within them, and times in ISO', async () => {
    const feed = await open({ file: CSV, field: 'time', restamp: false });
    const values = ROWS.map(() => feed.next(0).value as { [name: string]: unknown });
    expect(values[1]).toEqual({ key: 'b', time: '2025-01-07T09:00:00.000Z', price: '007', note: 'plain' });
    expect(values[2]).toMatchObject({ price: 2.5, note: 'two\nlines, "quoted"' });
    expect(values.map(({ time }) => Date.parse(String(time)))).toEqual(
      ROWS.map(({ timestamp }) => timestamp),
    );
  });

  it('may be what the driver file wrote, with keys and headers', async () => {
    const line = { key: 'k', value: { a: 1, timestamp: 4e12 }, timestamp: 4e12, headers: { h: 'v' } };
    const path = file('events.jsonl', `${JSON.stringify(line)}\n`);
    const made = (await open({ file: path })).next(1.7e12);
    expect(made).toEqual({
      key: 'k',
      value: { a: 1, timestamp: 1.7e12 },
      timestamp: 1.7e12,
      headers: { h: 'v' },
    });
  });

  it('is told wrong with file and line', async () => {
    const bad = file('bad.jsonl', '{"timestamp":1736240400000}\n{"timestamp":\n');
    await expect(open({ file: bad }).then((feed) => feed.next(0))).rejects.toThrow(
      `${bad}:2: expected a JSON object a line, got`,
    );
    const untimed = file('bad.csv', 'a,b\n1,2\n');
    await expect(open({ file: untimed })).rejects.toThrow(
      `${untimed}:2: expected a time in "timestamp" (ISO, or seconds or milliseconds since 1970), got only a, b`,
    );
    const ragged = file('ragged.csv', 'timestamp,b\n2025-01-01\n');
    await expect(open({ file: ragged })).rejects.toThrow(`${ragged}:2: expected 2 cells, got 1`);
    await expect(open({ file: 'nowhere.jsonl' })).rejects.toThrow('got "nowhere.jsonl" (ENOENT)');
  });

  it('takes the memory of a block, not of the file', async () => {
    const path = file('large.jsonl', '');
    const lines = Array.from(
      { length: 20_000 },
      (_, i) => `{"timestamp":${FIRST + i},"note":"${'x'.repeat(900)}"}\n`,
    ).join('');
    for (let i = 0; i < 4; i++) writeFileSync(path, lines, { flag: 'a' });
    const feed = await open({ file: path });
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    for (let i = 0; i < 80_000; i++) {
      feed.next(0);
      if (i % 1000 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    expect(most).toBeLessThan(60e6);
  });
});

describe('a run over past events', () => {
  const replayed = (more: Partial<WorkloadSource>) =>
    run({
      workload: workload({}, [source('replay', { options: { file: JSONL }, key: 'key', ...more })]),
      profiles: [profile('it')],
      verify: true,
    });

  it('sends the whole file at twice its pace, and every value is found again', async () => {
    const { snapshot, exitCode } = await replayed({
      rate: { kind: 'natural' },
      time: { kind: 'live', speed: 2 },
    });
    const [{ profile: it }] = snapshot.profiles as [(typeof snapshot.profiles)[number]];
    expect({ exitCode, acked: it.acked, verify: it.verify }).toEqual({
      exitCode: 0,
      acked: ROWS.length,
      verify: { read: ROWS.length, lost: 0, duplicated: 0, reordered: 0, corrupted: 0 },
    });
    expect(it.seconds).toBeGreaterThan(1.9);
  });
});
