import { describe, expect, test } from 'vitest';
import { keyHash } from '../../../src/partition.js';
import { judge } from '../../../src/verify/findings.js';
import { type Evidence, Verifier } from '../../../src/verify/verifier.js';
import {
  DUE,
  evidence,
  expectedEvents,
  type MadeEvent,
  madeEvents,
  valueText,
} from '../../support/evidence.js';

const NONE_WRONG = { lost: 0, duplicated: 0, reordered: 0, corrupted: 0 };

function verdictOn(
  events: readonly MadeEvent[],
  came: readonly Parameters<Verifier['see']>[1][],
  claim = { promised: events.length, excused: 0 },
  verifier = new Verifier([expectedEvents(events)]),
) {
  came.forEach((record, offset) => {
    verifier.see('t', { ...record, offset });
  });
  if (judge(verifier.findings('t'), claim).lost > 0) verifier.missing('t', claim.promised + claim.excused, 5);
  return judge(verifier.findings('t'), claim);
}

describe('a verifier', () => {
  const events = madeEvents(100);
  const all = events.map((event) => evidence(event));

  test('finds nothing wrong with what is as the seed makes it, whenever it was made', () => {
    expect(verdictOn(events, all)).toEqual({ read: 100, ...NONE_WRONG });
  });

  test('finds records outside of the partition that their key leads to', () => {
    const placed = all.map((record) => ({
      ...record,
      partition: keyHash(record.key!, 0, record.key!.length) % 6,
    }));
    const verifier = () => {
      const one = new Verifier([expectedEvents(events)]);
      one.spread('t', 6);
      return one;
    };
    expect(verdictOn(events, placed, undefined, verifier())).toEqual({ read: 100, ...NONE_WRONG });
    const moved = placed.with(41, { ...placed[41]!, partition: (placed[41]!.partition + 1) % 6 });
    const verdict = verdictOn(events, moved, undefined, verifier());
    expect(verdict).toMatchObject({ read: 100, ...NONE_WRONG, misplaced: 1 });
    expect(verdict.examples!.misplaced).toEqual([
      { key: events[41]!.key, sequence: events[41]!.sequence, partition: moved[41]!.partition, offset: 41 },
    ]);
  });

  test('compares headers: one that is missing, changed, doubled or added is a changed record', () => {
    const made = { origin: 'till', empty: null };
    const source = expectedEvents(events);
    const headed = { ...source, open: () => Object.assign(source.open(), { headers: made }) };
    const right = [
      ['origin', Buffer.from('till')],
      ['empty', null],
    ] as const;
    const judged = (headers: Evidence['headers']) => {
      const came = all.map((record, i) => ({ ...record, headers: i === 5 && headers ? headers : right }));
      return verdictOn(events, came, undefined, new Verifier([headed]));
    };
    expect(judged(right)).toEqual({ read: 100, ...NONE_WRONG });
    for (const wrong of [
      [],
      [right[0]],
      [right[1], right[0]],
      [...right, right[1]],
      [['origin', Buffer.from('tilt')], right[1]],
    ])
      expect(judged(wrong as Evidence['headers'])).toMatchObject({ ...NONE_WRONG, corrupted: 1 });
  });

  test('names what is lost', () => {
    const verdict = verdictOn(events, all.toSpliced(30, 1).toSpliced(98, 1));
    expect(verdict).toMatchObject({ read: 98, ...NONE_WRONG, lost: 2 });
    expect(verdict.examples!.lost).toEqual([
      { key: events[30]!.key, sequence: events[30]!.sequence },
      { key: events[99]!.key, sequence: events[99]!.sequence },
    ]);
  });

  test('counts every extra copy, and where it lies', () => {
    const verdict = verdictOn(events, [...all, all[3]!, all[3]!, all[70]!]);
    expect(verdict).toMatchObject({ read: 103, ...NONE_WRONG, duplicated: 3 });
    expect(verdict.examples!.duplicated![0]).toEqual({
      key: events[3]!.key,
      sequence: events[3]!.sequence,
      partition: 0,
      offset: 100,
    });
  });

  test('tells what stands behind a later one of its key, and of its partition', () => {
    const swapped = [...all];
    [swapped[10], swapped[17], swapped[30], swapped[31]] = [all[17]!, all[10]!, all[31]!, all[30]!];
    // 10 and 17 are of one key; 30 and 31 share the partition alone.
    expect(verdictOn(events, swapped)).toMatchObject({
      read: 100,
      ...NONE_WRONG,
      reordered: 1,
      reorderedInPartition: 8,
    });
  });

  test('does not take a second copy for one out of order', () => {
    expect(verdictOn(events, [...all.slice(0, 50), ...all.slice(0, 50), ...all.slice(50)])).toMatchObject({
      duplicated: 50,
      reordered: 0,
    });
  });

  test.for([
    ['a changed price', (text: string) => text.replace('"price":', '"price":9')],
    [
      'a time that is not the record’s',
      (text: string) => text.replace(/timestamp":\d+/, 'timestamp":1700000000001'),
    ],
    ['a promise of another length', (text: string) => text.replace(/promisedAt":(\d+)/, 'promisedAt":99$1')],
    ['something behind the end', (text: string) => `${text} `],
  ] as const)('sees %s', ([, spoil]) => {
    const spoiled = all.with(40, { ...all[40]!, value: Buffer.from(spoil(all[40]!.value!.toString())) });
    expect(verdictOn(events, spoiled)).toMatchObject({ read: 100, ...NONE_WRONG, corrupted: 1 });
  });

  test('takes a promise that rounding moved by a millisecond', () => {
    const value = all[40]!
      .value!.toString()
      .replace(/promisedAt":(\d+)/, (_, at) => `promisedAt":${Number(at) + 1}`);
    expect(verdictOn(events, all.with(40, { ...all[40]!, value: Buffer.from(value) }))).toMatchObject(
      NONE_WRONG,
    );
  });

  test('wants every byte where time was simulated', () => {
    const same = new Verifier([expectedEvents(events, { compares: 'same' })]);
    const exact = events.map((event) => evidence(event, { timestamp: DUE }));
    expect(verdictOn(events, exact, undefined, same)).toMatchObject(NONE_WRONG);
    const later = new Verifier([expectedEvents(events, { compares: 'same' })]);
    expect(verdictOn(events, all, undefined, later)).toMatchObject({ corrupted: 100 });
  });

  test('knows ours with a spoiled key by their producer, and others by theirs', () => {
    const spoiled = all.with(40, { ...all[40]!, key: Buffer.from('spoiled') });
    expect(verdictOn(events, spoiled)).toMatchObject({ read: 100, ...NONE_WRONG, corrupted: 1 });
    const other = { ...evidence({ key: 'theirs', sequence: 1, value: valueText(0, 1, DUE) }), producerId: 8 };
    const verdict = verdictOn(events, [...all.slice(0, 50), other, other, ...all.slice(50)]);
    expect(verdict).toMatchObject({ read: 100, ...NONE_WRONG, foreign: 2 });
    expect(verdict.examples!.unknown).toHaveLength(2);
  });

  test.for([
    ['beyond the end of what was made', 900],
    ['of an event that comes later', 9],
    ['that its key has not reached when it comes', 4],
  ])('a wrong number %s is one spoiled record and makes no other one wrong', ([, number]) => {
    const spoil = (record: Evidence) => ({
      ...record,
      value: Buffer.from(record.value!.toString().replace(/"sequence":\d+/, `"sequence":${number}`)),
    });
    const made = madeEvents(10_000);
    for (const producerId of [7, -1]) {
      const came = all.map((record) => ({ ...record, producerId }));
      const spoiled = came.with(17, spoil(came[17]!));
      const verifier = new Verifier([expectedEvents(made, { ordered: false })]);
      expect(verdictOn(events, spoiled, undefined, verifier)).toMatchObject({ ...NONE_WRONG, corrupted: 1 });
      // Nobody says how many there were: what is missing is what others of its key prove.
      const promised = verifier.findings('t').distinct + verifier.missing('t');
      expect(judge(verifier.findings('t'), { promised, excused: 0 })).toMatchObject({
        ...NONE_WRONG,
        corrupted: 1,
      });
    }
  });

  test('what another producer has written before is told as its copies, and hides no loss', () => {
    const again = all.map((record) => ({ ...record, producerId: 8 }));
    const verifier = new Verifier([expectedEvents(events)]);
    const verdict = verdictOn(
      events,
      [...all.toSpliced(30, 2), ...again.toSpliced(30, 2)],
      undefined,
      verifier,
    );
    expect(verdict).toMatchObject({ ...NONE_WRONG, lost: 2, foreign: 98 });
    expect(verifier.findings('t').copiesOfOthers).toBe(98);
  });

  test('does not make much more of the sources for values that say nothing', () => {
    const count = 300_000;
    let made = 0;
    const source = expectedEvents(madeEvents(count));
    const counting: typeof source = {
      ...source,
      open: () => {
        const replay = source.open();
        const { next } = replay;
        return Object.assign(Object.create(replay) as typeof replay, {
          next: () => {
            made++;
            return next();
          },
        });
      },
    };
    const verifier = new Verifier([counting]);
    const garbage = Buffer.from('no value at all');
    for (const record of all) verifier.see('t', { ...record, value: garbage });
    expect(verifier.findings('t')).toMatchObject({ unknown: 100 });
    expect(made).toBeLessThan(100_000);
  });

  test('without producer ids takes strangers for ours as far as ours are missing', () => {
    const plain = all.map((record) => ({ ...record, producerId: -1 }));
    const stranger = { ...plain[40]!, key: Buffer.from('stranger') };
    expect(verdictOn(events, plain.with(40, stranger))).toMatchObject({ ...NONE_WRONG, corrupted: 1 });
    expect(verdictOn(events, [...plain, stranger])).toMatchObject({ ...NONE_WRONG, foreign: 1 });
  });

  test('sets apart what may be missing', () => {
    const verdict = verdictOn(events, all.slice(0, 80), { promised: 80, excused: 20 });
    expect(verdict).toEqual({ read: 80, ...NONE_WRONG, excused: 20 });
  });

  test('judges values without sequence numbers by their content', () => {
    const plain = Array.from({ length: 60 }, (_, i) => ({
      key: `k${i % 3}`,
      sequence: null,
      value: `{"n":${i}}`,
    }));
    const records = plain.map((event) => evidence(event));
    const fresh = () => new Verifier([expectedEvents(plain, { stamped: false })]);
    expect(verdictOn(plain, records, undefined, fresh())).toEqual({ read: 60, ...NONE_WRONG });
    const worse = [...records.toSpliced(5, 1), records[9]!];
    expect(verdictOn(plain, worse, undefined, fresh())).toMatchObject({ lost: 1, duplicated: 1 });
  });
});

describe('where the run’s order is not the model’s', () => {
  const events = madeEvents(200, (index) => `o-${Math.floor(index / 4)}`);

  test('records far ahead are found, and what was not made yet is not missed', () => {
    // The first events of all orders, and nothing else yet.
    const came = events.filter(({ sequence }) => sequence === 1).map((event) => evidence(event));
    const verifier = new Verifier([expectedEvents(events, { ordered: false })]);
    expect(verdictOn(events, came, { promised: came.length, excused: 0 }, verifier)).toEqual({
      read: 50,
      ...NONE_WRONG,
    });
  });

  test('what a later one of its key proves is named, and order is told by timestamps', () => {
    const came = events.map((event, index) => evidence(event, { timestamp: DUE + index })).toSpliced(5, 1);
    [came[80], came[81]] = [came[81]!, came[80]!];
    const verifier = new Verifier([expectedEvents(events, { ordered: false })]);
    const verdict = verdictOn(events, came, undefined, verifier);
    expect(verdict).toMatchObject({ lost: 1, reordered: 1, reorderedInPartition: 1, corrupted: 0 });
    expect(verdict.examples!.lost).toEqual([{ key: 'o-1', sequence: 2 }]);
  });
});

describe('without a source that can be made again', () => {
  const events = madeEvents(100);
  const fresh = () => new Verifier([expectedEvents(events, { compares: 'nothing' })]);
  const all = events.map((event) => evidence(event));

  test('sequence numbers tell losses, copies and order; values need only be readable', () => {
    expect(verdictOn(events, all, undefined, fresh())).toEqual({ read: 100, ...NONE_WRONG });
    const changed = { ...all[60]!, value: Buffer.from(all[60]!.value!.toString().replace('price', 'prize')) };
    const broken = { ...all[61]!, value: Buffer.from(all[61]!.value!.toString().slice(0, -1)) };
    const came = [...all.with(60, changed).with(61, broken).toSpliced(20, 1), all[3]!];
    expect(verdictOn(events, came, undefined, fresh())).toMatchObject({
      read: 100,
      lost: 1,
      duplicated: 1,
      reordered: 0,
      corrupted: 1,
    });
  });

  test('whatever has neither key nor number is taken for ours', () => {
    const plain = Array.from({ length: 60 }, (_, i) => ({
      key: null,
      sequence: null,
      value: `{"n":${i % 5}}`,
    }));
    const verifier = new Verifier([expectedEvents(plain, { compares: 'nothing' })]);
    const records = plain.map((event) => evidence(event));
    expect(verdictOn(plain, records, undefined, verifier)).toEqual({ read: 60, ...NONE_WRONG });
  });

  test('without claims, gaps are what is lost', () => {
    const verifier = fresh();
    for (const record of all.toSpliced(20, 1)) verifier.see('t', record);
    expect(verifier.missing('t')).toBe(1);
  });
});

describe('memory', () => {
  test('follows what is under way, not what has passed', () => {
    const count = 300_000;
    const events = madeEvents(count, (index) => `S1-${String(Math.floor(index / 6)).padStart(6, '0')}`);
    const verifier = new Verifier([expectedEvents(events)]);
    let most = 0;
    events.forEach((event, offset) => {
      verifier.see('t', evidence(event, { offset }));
      if (offset === 30_000) most = verifier.bytes;
    });
    expect(verifier.findings('t')).toMatchObject({ distinct: count, corrupted: 0 });
    // Two bytes for each of the 45,000 orders since, with what the rows' own upkeep costs.
    expect(verifier.bytes - most).toBeLessThan(45_000 * 3);
  });

  test('forgets orders of which nothing more will be made, and still tells a copy of theirs and what is late', () => {
    const orders = 100_000;
    const events = madeEvents(orders * 3, (index) => `S1-${String(Math.floor(index / 3)).padStart(6, '0')}`);
    const verifier = new Verifier([
      expectedEvents(events.map((event) => ({ ...event, last: event.sequence === 3 }))),
    ]);
    let most = 0;
    const held = events.splice(2000 * 3 + 1, 1)[0]!;
    events.forEach((event, offset) => {
      verifier.see('t', evidence(event, { offset }));
      if (offset === 30_000) most = verifier.bytes;
    });
    expect(verifier.bytes - most).toBeLessThan(10_000);
    verifier.see('t', evidence(events[0]!, { offset: 1e6 }));
    expect(verifier.findings('t')).toMatchObject({ duplicated: 1, reordered: 0, unknown: 0 });
    verifier.see('t', evidence(held, { offset: 1e6 + 1 }));
    expect(verifier.findings('t')).toMatchObject({ distinct: orders * 3, duplicated: 1, reordered: 1 });
  });

  test('has a bound: the oldest of what never comes is forgotten, and that is told', () => {
    const events = madeEvents(20_000);
    const limits = { keys: { rows: 10, hashed: 1000 }, ahead: 50_000, open: 2000 };
    const verifier = new Verifier([expectedEvents(events)], limits);
    for (const event of events.slice(15_000)) verifier.see('t', evidence(event));
    expect(verifier.findings('t').distinct).toBe(5000);
    expect(verifier.forgotten).toBeGreaterThan(10_000);
    expect(verifier.bytes).toBeLessThan(300_000);
  });
});
