import { describe, expect, it } from 'vitest';
import { planOf, ticks } from './plans.js';

describe('what a run makes', () => {
  it('follows from the rate’s integral', async () => {
    const ramp = { kind: 'ramp', from: '0/s', to: '200/s', over: '10s' };
    const plan = await planOf(ticks(ramp));
    expect(plan).toMatchObject({ end: 'duration', seconds: 10, records: 1000 });
    const { mean, peak, perSecond } = plan.rate!;
    expect(mean).toBeCloseTo(100);
    expect(peak).toBeCloseTo(perSecond.at(-1)!);
    expect(perSecond[0]).toBeLessThan(5);
  });

  it('ends with the count, when that is reached first', async () => {
    const plan = await planOf(ticks('100/s', {}, { count: 500, duration: '1m' }));
    expect(plan).toMatchObject({ end: 'count', records: 500 });
    expect(plan.seconds).toBeCloseTo(5);
  });

  it('ends with the bytes, when those are reached first', async () => {
    const plan = await planOf(ticks('100/s', {}, { bytes: '25KiB', duration: '1m' }));
    expect(plan.end).toBe('bytes');
    expect(plan.bytes! / 25 / 1024).toBeCloseTo(1, 1);
    expect(plan.seconds).toBeCloseTo(plan.records! / 100);
  });

  it('has no end without a limit, and says so', async () => {
    const plan = await planOf(ticks('100/s', {}, {}));
    expect(plan).toMatchObject({ end: 'signal', seconds: null, records: null, bytes: null });
    expect(plan.rate!.mean).toBeCloseTo(100);
  });

  it('is as fast as it goes with the rate max: no time, but a count', async () => {
    const plan = await planOf(ticks('max', {}, { count: 5000 }));
    expect(plan).toMatchObject({ end: 'count', seconds: null, records: 5000, rate: null });
    const timed = await planOf(ticks('max'));
    expect(timed).toMatchObject({ end: 'duration', seconds: 10, records: null, rate: null });
  });

  it('comes when the model has it, with the rate natural', async () => {
    const plan = await planOf(ticks({ kind: 'natural', mean: '50/s' }, {}, { duration: '1m' }));
    expect(plan).toMatchObject({ end: 'duration', seconds: 60 });
    expect(plan.records).toBeGreaterThan(500);
    // Trades come in clusters.
    expect(new Set(plan.rate!.perSecond).size).toBeGreaterThan(5);
  });

  it('ends where the model’s calendar ends', async () => {
    const time = { start: '2024-01-08T14:30:00Z', until: '2024-01-08T14:40:00Z' };
    const options = { symbols: 2, tradesPerDay: 2000 };
    const plan = await planOf(ticks('max', { time, options }, {}));
    expect(plan.end).toBe('sources');
    expect(plan.records).toBeGreaterThan(10);
    expect(plan.records).toBe(plan.sources[0]!.measured);
  });

  it('is shared by the sources as their rates are', async () => {
    const sources = {
      ticks: { generator: 'stock', rate: '300/s' },
      orders: { generator: 'pizza', rate: '100/s', topic: 'orders' },
    };
    const plan = await planOf({ duration: '4s', sources });
    expect(plan.sources.map(({ records }) => records)).toEqual([1200, 400]);
    expect(plan.sources.map(({ share }) => share)).toEqual([0.75, 0.25]);
    expect(plan.profiles[0]!.topics.map(({ name }) => name)).toEqual(['stock_price_updates', 'orders']);
  });

  it('has the size of real records', async () => {
    const plan = await planOf(ticks('100/s', { valueBytes: 2000 }));
    const [{ recordBytes, examples }] = plan.sources as [(typeof plan.sources)[0]];
    expect(recordBytes.mean).toBeGreaterThan(2000);
    expect(recordBytes.mean).toBeLessThan(2010);
    expect(JSON.parse(examples[0]!.value!)).toMatchObject({ symbol: examples[0]!.key });
  });
});

describe('what a profile makes of it', () => {
  const one = { options: { symbols: ['AAPL'] } };

  it('fills a batch with what one linger brings', async () => {
    const plan = await planOf(ticks('1000/s', one), { set: ['lingerMs=20'] });
    expect(plan.profiles[0]!.batch).toMatchObject({ closedBy: 'lingerMs' });
    expect(plan.profiles[0]!.batch.records).toBeCloseTo(21);
    expect(plan.profiles[0]!.waitMs).toBe(20);
  });

  it('fills it no further than batchBytes and batchRecords allow', async () => {
    const small = await planOf(ticks('10000/s', one), { set: ['lingerMs=100', 'batchBytes=4KiB'] });
    expect(small.profiles[0]!.batch.closedBy).toBe('batchBytes');
    expect(small.profiles[0]!.batch.bytes).toBeLessThanOrEqual(4096);
    expect(small.profiles[0]!.waitMs).toBeLessThan(2);
    const few = await planOf(ticks('10000/s', one), { set: ['lingerMs=100', 'batchRecords=7'] });
    expect(few.profiles[0]!.batch).toMatchObject({ records: 7, closedBy: 'batchRecords' });
  });

  it('spreads keys over partitions, and so thins the batches', async () => {
    const many = ticks('1000/s', { options: { symbols: 500 } });
    const narrow = await planOf(many, { set: ['lingerMs=20'], partitions: 1 });
    const wide = await planOf(many, { set: ['lingerMs=20'], partitions: 50 });
    expect(wide.profiles[0]!.batch.records).toBeLessThan(narrow.profiles[0]!.batch.records / 3);
    expect(narrow.profiles[0]!.topics[0]!.hottest).toEqual({ partition: 0, share: 1 });
  });

  it('keeps records without a key together, however many partitions there are', async () => {
    const plan = await planOf(ticks('1000/s', { key: null }), { set: ['lingerMs=20'], partitions: 50 });
    expect(plan.profiles[0]!.batch.records).toBeCloseTo(21);
    expect(plan.profiles[0]!.topics[0]).toMatchObject({ hottest: null, keys: 0, idlePartitions: 0 });
  });

  it('compresses real batches, which pays the more the fuller they are', async () => {
    const thin = await planOf(ticks('1000/s', one), { profiles: ['zstd'], set: ['lingerMs=0'] });
    const full = await planOf(ticks('1000/s', one), { profiles: ['zstd'], set: ['lingerMs=200'] });
    expect(full.profiles[0]!.compressionRatio).toBeGreaterThan(3);
    expect(full.profiles[0]!.compressionRatio).toBeGreaterThan(1.5 * thin.profiles[0]!.compressionRatio);
    expect(full.profiles[0]!.wireBytes).toBeLessThan(full.bytes!);
  });

  it('fills batches with more where a codec makes room, but only where the driver sees what it makes', async () => {
    const batchOf = async (...set: string[]) =>
      (await planOf(ticks('20000/s', one), { set: ['lingerMs=200', ...set] })).profiles[0]!.batch;
    const plain = await batchOf();
    const packed = await batchOf('compression=zstd');
    expect(plain.bytes).toBeLessThanOrEqual(65_536);
    expect(packed.closedBy).toBe('batchBytes');
    expect(packed.bytes).toBeGreaterThan(3 * plain.bytes);
    const ofLibrary = await batchOf('compression=zstd', 'driver=kafkajs', 'inFlightMax=1');
    expect(ofLibrary.bytes).toBeLessThanOrEqual(65_536);
  });

  it('tells how long the buffer lasts without a broker', async () => {
    const plan = await planOf(ticks('1000/s', { ...one, valueBytes: 1000 }), {
      set: ['bufferBytes=1MiB', 'partitionBufferBytes=1MiB'],
    });
    const { lastsSeconds, bytesPerSecond } = plan.profiles[0]!.buffer;
    expect(lastsSeconds! * bytesPerSecond!).toBeCloseTo(2 ** 20);
    expect(lastsSeconds).toBeGreaterThan(0.8);
    expect(lastsSeconds).toBeLessThan(1.1);
  });

  it('names only the settings that differ from the defaults, with what they mean', async () => {
    const plan = await planOf(ticks('100/s'), { profiles: ['async', 'throughput'] });
    const [plain, packed] = plan.profiles;
    expect(plain!.changed).toEqual([]);
    expect(packed!.changed.map(({ setting }) => setting)).toEqual([
      'compression',
      'batchBytes',
      'lingerMs',
      'bufferBytes',
      'partitionBufferBytes',
    ]);
    expect(packed!.changed[2]).toMatchObject({ value: 20, default: 5, doc: expect.stringMatching(/waits/) });
    expect(packed!.topics[0]).toMatchObject({
      name: 'stock_price_updates.throughput',
      base: 'stock_price_updates',
    });
  });
});

describe('what several make together', () => {
  const many = ticks('1000/s', { options: { symbols: 500 } });

  it('is the whole: the parts of all shards add up to it, in records, rate and bytes', async () => {
    const whole = await planOf(many);
    const parts = await Promise.all([0, 1, 2].map((index) => planOf(many, { shard: { index, of: 3 } })));
    const sum = (of: (one: typeof whole) => number) => parts.reduce((all, one) => all + of(one), 0);
    expect(sum(({ records }) => records!)).toBeGreaterThanOrEqual(whole.records! - 3);
    expect(sum(({ records }) => records!)).toBeLessThanOrEqual(whole.records! + 3);
    expect(sum(({ rate }) => rate!.mean)).toBeCloseTo(whole.rate!.mean, 6);
    for (const part of parts) {
      expect(part).toMatchObject({ seconds: whole.seconds, end: whole.end });
      // Whose keys are many has more than the third that everyone would have had of equal ones.
      expect(part.records).not.toBe(whole.records! / 3);
    }
  });

  it('goes in thinner batches, as each thread and each shard fills its own', async () => {
    const one = await planOf(many, { set: ['lingerMs=50'], partitions: 6 });
    const two = await planOf(many, { set: ['lingerMs=50'], partitions: 6, workers: 5 });
    expect(two.profiles[0]!.batch.records).toBeLessThan(one.profiles[0]!.batch.records / 2);
    const shard = await planOf(many, { set: ['lingerMs=50'], partitions: 6, shard: { index: 1, of: 5 } });
    expect(shard.profiles[0]!.batch.records).toBeLessThan(one.profiles[0]!.batch.records / 2);
    expect(shard.profiles[0]!.notes.map(({ text }) => text).join()).not.toContain('partitions empty');
  });

  it('fills the buffers of all threads', async () => {
    const set = ['bufferBytes=1MiB', 'partitionBufferBytes=1MiB'];
    const { buffer: one } = (await planOf(many, { set })).profiles[0]!;
    const { buffer: two } = (await planOf(many, { set, workers: 2 })).profiles[0]!;
    expect(two.bytes).toBe(2 * one.bytes);
    expect(two.lastsSeconds! / one.lastsSeconds!).toBeGreaterThan(1.9);
  });
});

describe('what is worth knowing', () => {
  const notes = async (...given: Parameters<typeof planOf>) =>
    (await planOf(...given)).profiles.flatMap((profile) => profile.notes.map(({ text }) => text));
  const said = async (expected: RegExp, ...given: Parameters<typeof planOf>) =>
    expect((await notes(...given)).filter((text) => expected.test(text))).toHaveLength(1);
  const even = { options: { symbols: 500 } };

  it('is nothing for the default profile at a gentle rate, but that its linger finds little company', async () => {
    expect(await notes(ticks('100/s', { key: null }), { set: ['lingerMs=0'] })).toEqual([]);
    await said(/^lingerMs 5 adds .* hardly any company/, ticks('100/s', even));
  });

  it.each([
    ['acks 0', ['fire-and-forget'], [], /^acks 0: .*take acks all/],
    ['acks 1', ['low-latency'], [], /^acks 1: .*take acks all/],
    ['retries that may double', ['low-latency'], [], /^not idempotent: .*set idempotent to true/],
    [
      'retries that end early',
      ['async'],
      ['retriesMax=2'],
      /^retriesMax 2: .* after about 300 ms, .*raise retriesMax/,
    ],
    ['a record at a time at a high rate', ['sync'], [], /^mode sync: at 5,000\/s .* within 200 µs/],
    [
      'a buffer that a leader’s election fills',
      ['async'],
      ['bufferBytes=1MiB'],
      /^bufferBytes 1,048,576: .* full after .*raise it/,
    ],
    [
      'a linger that batches never see',
      ['async'],
      ['lingerMs=500', 'batchBytes=1KiB'],
      /^lingerMs 500 has no effect .*batchBytes/,
    ],
    ['compression of next to nothing', ['lz4'], ['lingerMs=0'], /^compression lz4 saves next to nothing/],
    [
      'batches beyond what brokers take',
      ['async'],
      ['lingerMs=5000', 'batchBytes=4MiB'],
      /^batchBytes 4,194,304: .*lower it/,
    ],
  ] as const)('tells of %s', async (_, profiles, set, expected) => {
    const partitions = expected.source.includes('batchBytes 4') ? 1 : 6;
    await said(expected, ticks('5000/s', even), { profiles, set, partitions });
  });

  it('tells of records that a broker does not take', async () => {
    const plan = ticks('1/s', { valueBytes: 1_100_000 });
    await said(/^records of ticks \(1.1 MB\) are larger than a broker takes/, plan);
  });

  it('tells of a key that leaves partitions empty, and one of them full', async () => {
    const plan = ticks('100/s', { options: { symbols: ['AAPL'] } });
    await said(/^100 % of stock_price_updates go to partition/, plan);
    await said(/leaves 5 of its 6 partitions empty \(1 key seen\)/, plan);
  });
});

it('a generator that throws is told by name and number', async () => {
  const key = ticks('10/s', { key: 'symbl' });
  await expect(planOf(key)).rejects.toThrow(
    /sources\.ticks\.key: expected null or one of.*did you mean symbol\?/,
  );
});
