/**
 * The figures that scripts and dashboards rely on, held against each other while a run goes on and at its end: the names of
 * the summary and of the metrics, and that each record counts once, under its final fate, whatever it went through.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Histogram } from '../../src/histogram.js';
import { FATES, STAGES } from '../../src/tally.js';
import type { ProfileSnapshot, Summary } from '../../src/types.js';
import { eventmill, readSummary, startEventmill } from '../support/tools-cli.js';

/** One profile for each thing that can become of a record, and what the sandbox does to it. */
const PROFILES = {
  acks: { profile: { compression: 'gzip' }, faults: ['produce:error=NOT_LEADER_OR_FOLLOWER,every=4'] },
  fails: { profile: {}, faults: ['produce:error=INVALID_RECORD,every=7'] },
  splits: { profile: { lingerMs: 200 }, faults: ['produce:error=MESSAGE_TOO_LARGE,every=4,count=4'] },
  expires: {
    profile: { requestTimeoutMs: 200, deliveryTimeoutMs: 300 },
    faults: ['produce:silence,every=9'],
  },
  drops: {
    profile: { bufferBytes: '16KiB', batchBytes: '4KiB', whenFull: 'drop' },
    faults: ['produce:delay=150ms'],
  },
  forgets: { profile: { acks: 0, idempotent: false }, faults: [] },
} as const;
type Name = keyof typeof PROFILES;
const NAMES = Object.keys(PROFILES) as Name[];

const SETTINGS = (
  'driver acks compression compressionLevel batchBytes batchRecords lingerMs bufferBytes partitionBufferBytes whenFull ' +
  'inFlightMax retriesMax retryBackoffMs retryBackoffMsMax requestTimeoutMs deliveryTimeoutMs idempotent mode'
).split(' ');

interface Scrape {
  /** The sum of the samples of a metric (without its prefix) that have these labels. */
  sum(metric: string, labels: { readonly [label: string]: string }): number;
  readonly labels: (metric: string) => readonly string[];
}

function parsed(text: string): Scrape {
  const samples = [...text.matchAll(/^eventmill_(\w+)\{(.*)\} (\S+)$/gm)].map(
    ([, metric, labels, value]) => ({
      metric,
      labels: labels!,
      value: value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value),
    }),
  );
  return {
    sum: (metric, labels) => {
      const wanted = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
      const has = (text: string) => wanted.every((one) => `,${text},`.includes(`,${one},`));
      return samples
        .filter((sample) => sample.metric === metric && has(sample.labels))
        .reduce((sum, { value }) => sum + value, 0);
    },
    labels: (metric) => samples.filter((sample) => sample.metric === metric).map(({ labels }) => labels),
  };
}

describe('a run in which records meet every fate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eventmill-figures-'));
  const scrapes: Scrape[] = [];
  let last: Scrape;
  let summary: Summary;
  const of = (name: string): ProfileSnapshot => summary.profiles.find((profile) => profile.name === name)!;

  beforeAll(async () => {
    const files = NAMES.map((name) => {
      const file = join(folder, `${name}.json`);
      writeFileSync(file, JSON.stringify({ doc: name, ...PROFILES[name].profile }));
      return file;
    });
    const faults = NAMES.flatMap((name) =>
      PROFILES[name].faults.flatMap((fault) => ['--sandbox-fault', `${fault},client=eventmill-${name}`]),
    );
    const file = join(folder, 'summary.json');
    const mill = startEventmill([
      ...['run', 'demo', '--profile', files.join(','), '--rate', '800/s', '--duration', '5s'],
      ...[...faults, '--verify', '--summary', file, '--metrics-port', '0', '--metrics-hold', '1m'],
    ]);
    try {
      const [, url] = await mill.says(/metrics: (http:\S+)\)/);
      const scrape = async () => parsed(await (await fetch(url!)).text());
      while (!/stays up for a last scrape/.test(mill.said())) {
        scrapes.push(await scrape());
        await sleep(50);
      }
      last = await scrape();
      scrapes.push(last);
      summary = readSummary(file);
    } finally {
      await mill.stop();
    }
  }, 90_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('provokes them all', () => {
    expect(of('acks')).toMatchObject({ acked: of('acks').due, failed: 0 });
    expect(of('acks').retries).toBeGreaterThan(0);
    expect(of('fails').failed).toBeGreaterThan(0);
    expect(last.sum('retries_total', { profile: 'splits', code: 'MESSAGE_TOO_LARGE' })).toBeGreaterThan(0);
    expect(of('expires').expired).toBeGreaterThan(0);
    expect(of('drops').dropped).toBeGreaterThan(0);
    expect(of('forgets')).toMatchObject({ unacknowledged: of('forgets').due, acked: 0 });
    expect(scrapes.length).toBeGreaterThan(20);
  });

  it.for(NAMES)('counts each record of %s once, under its final fate, at every moment', (name) => {
    let before = Object.fromEntries(FATES.map((fate) => [fate, 0]));
    for (const scrape of scrapes) {
      const now = Object.fromEntries(
        FATES.map((fate) => [fate, scrape.sum('records_total', { profile: name, fate })]),
      );
      // A record that was counted keeps its fate: nothing ever goes down …
      for (const fate of FATES) expect(now[fate]).toBeGreaterThanOrEqual(before[fate]!);
      // … and none is counted twice: all fates together never exceed what was due.
      const settled = FATES.reduce((sum, fate) => sum + now[fate]!, 0);
      expect(settled).toBeLessThanOrEqual(scrape.sum('due_records_total', { profile: name }));
      before = now;
    }
    const { due, acked, failed, expired, dropped, unacknowledged } = of(name);
    expect(before).toEqual({ acked, failed, expired, dropped, unacknowledged });
    expect(acked + failed + expired + dropped + unacknowledged).toBe(due);
    expect(last.sum('due_records_total', { profile: name })).toBe(due);
  });

  it.for(NAMES)('finds as many records of %s at the broker as it says', (name) => {
    const { verify, acked, unacknowledged } = of(name);
    // What expired may have arrived all the same; what was acknowledged must have, once.
    expect(verify).toMatchObject({ lost: 0, corrupted: 0 });
    const found = verify!.read - verify!.duplicated;
    if (name === 'expires') expect(found).toBeGreaterThanOrEqual(acked);
    else expect(found).toBe(acked + unacknowledged);
    for (const verdict of ['read', 'lost', 'duplicated', 'reordered', 'corrupted'] as const)
      expect(last.sum('verified_records', { profile: name, verdict })).toBe(verify![verdict]);
  });

  it('says the same in the metrics and in the summary', () => {
    for (const name of NAMES) {
      const profile = { profile: name };
      const { bytes, wireBytes, batches, requests, retries, errors, latencyMs, settings, topics } = of(name);
      expect(last.sum('record_bytes_total', profile)).toBe(bytes);
      expect(last.sum('wire_bytes_total', profile)).toBe(wireBytes);
      expect(last.sum('batches_total', profile)).toBe(batches);
      expect(last.sum('requests_total', profile)).toBe(requests);
      expect(last.sum('retries_total', profile)).toBe(retries);
      for (const [code, count] of Object.entries(errors))
        expect(last.sum('errors_total', { ...profile, code })).toBe(count);
      for (const [topic, { records }] of Object.entries(topics)) {
        const written = (fate: string) => last.sum('records_total', { ...profile, topic, fate });
        expect(written('acked') + written('unacknowledged')).toBe(records);
      }
      for (const stage of STAGES) {
        const count = last.sum('latency_seconds_count', { ...profile, stage });
        expect(count).toBe(of(name).acked + of(name).unacknowledged);
        expect(last.sum('latency_seconds_bucket', { ...profile, stage, le: '+Inf' })).toBe(count);
        const mean = (last.sum('latency_seconds_sum', { ...profile, stage }) / count) * 1000;
        expect(mean).toBeCloseTo(latencyMs[stage].mean, 6);
      }
      const closed = last.sum('batch_records_count', profile);
      expect(last.sum('batch_bytes_count', profile)).toBe(closed);
      // Sizes are those of batches as they were closed; of one that is split come two.
      if (name === 'splits') expect(closed).toBeLessThan(batches);
      else expect(closed).toBe(batches);
      expect(last.sum('buffer_bytes', profile)).toBe(0);
      expect(last.sum('buffer_limit_bytes', profile)).toBe(settings.bufferBytes);
      expect(last.sum('in_flight_requests', profile)).toBe(0);
    }
    expect(last.sum('compression_ratio', { profile: 'acks' })).toBeGreaterThan(2);
    expect(scrapes.some((scrape) => scrape.sum('in_flight_requests', { profile: 'drops' }) > 0)).toBe(true);
    expect(scrapes.some((scrape) => scrape.sum('buffer_bytes', { profile: 'drops' }) > 0)).toBe(true);
    const targets = scrapes.map((scrape) => scrape.sum('target_records_per_second', { profile: 'acks' }));
    expect(Math.max(...targets)).toBeCloseTo(800, 6);
    // Nothing is asked for any more.
    expect(targets.at(-1)).toBe(0);
  });

  it('has the settings by their names, in the summary and on profile_info', () => {
    const [info] = last.labels('profile_info').filter((labels) => labels.includes('profile="drops"'));
    for (const name of SETTINGS) {
      expect(of('drops').settings).toHaveProperty(name);
      expect(info).toContain(`${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}="`);
    }
    expect(info).toContain('buffer_bytes="16384"');
    expect(of('drops').settings).toMatchObject({ bufferBytes: 16_384, whenFull: 'drop', driver: 'kafka' });
  });

  it('has everything in the summary that scripts look for', () => {
    expect(summary).toMatchObject({
      eventmill: expect.stringMatching(/^\d+\.\d+\.\d+/),
      seed: expect.any(Number),
      workload: 'demo',
      driver: 'kafka',
      brokers: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      sandbox: true,
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    for (const profile of summary.profiles) {
      const { seconds, recordsPerSecond, acked, unacknowledged, mbPerSecond, cpuSeconds, limitedBy } =
        profile;
      expect(recordsPerSecond * seconds).toBeCloseTo(acked + unacknowledged, 3);
      if (profile.name === 'acks') expect(seconds).toBeGreaterThan(4);
      expect(mbPerSecond).toBeGreaterThan(0);
      expect(cpuSeconds).toBeGreaterThan(0);
      expect(limitedBy).toMatch(/^\w/);
      for (const stage of STAGES) {
        const { latencyMs, histograms } = profile;
        const { mean, p50, p95, p99, p999, p9999, max } = latencyMs[stage];
        const inOrder = [p50, p95, p99, p999, p9999, max];
        expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
        expect(mean).toBeLessThanOrEqual(max);
        expect(Histogram.decode(histograms[stage]).stats()).toEqual(latencyMs[stage]);
      }
      const { total, ...parts } = profile.latencyMs;
      const sum = Object.values(parts).reduce((before, { mean }) => before + mean, 0);
      expect(Math.abs(sum / total.mean - 1)).toBeLessThan(0.01);
    }
  });

  it('names as many offsets as records were written', () => {
    for (const name of ['acks', 'fails', 'splits', 'drops']) {
      const topics = Object.values(of(name).topics);
      expect(topics.length).toBe(2);
      for (const { records, partitions, offsets } of topics) {
        expect(partitions).toBe(6);
        const spans = Object.values(offsets).map(([first, next]) => next - first);
        expect(spans.reduce((before, span) => before + span, 0)).toBe(records);
      }
    }
  });
});

describe('bytes', () => {
  it('are those of keys and values as made', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eventmill-bytes-'));
    const out = join(folder, 'out');
    mkdirSync(out);
    const summary = join(folder, 'summary.json');
    const flags = [
      '--driver',
      'file',
      '--out',
      out,
      '--summary',
      summary,
      '--metrics-port',
      'off',
      '--quiet',
    ];
    const { code, stderr } = await eventmill(['run', 'demo', '--count', '2000', '--rate', 'max', ...flags]);
    expect(code, stderr).toBe(0);
    const lines = readdirSync(out).flatMap((name) =>
      readFileSync(join(out, name), 'utf8').trimEnd().split('\n'),
    );
    expect(lines).toHaveLength(2000);
    const size = (line: string) => {
      const { symbol, orderId } = JSON.parse(line) as { symbol?: string; orderId?: string };
      return Buffer.byteLength(line) + Buffer.byteLength(symbol ?? orderId!);
    };
    const made = lines.reduce((sum, line) => sum + size(line), 0);
    expect(readSummary(summary).profiles[0]!.bytes).toBe(made);
    rmSync(folder, { recursive: true });
  });
});
