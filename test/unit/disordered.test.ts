import { describe, expect, it } from 'vitest';
import { DUE, disorderly } from '../support/disorder.js';

const parsed = (text: string | null) => JSON.parse(text!) as { [name: string]: unknown };

describe('a source with disorder', () => {
  it('labels every record that something was done to, and tells of each under the same id', () => {
    const { came, truths } = disorderly(
      {
        late: 0.05,
        outOfOrder: 0.05,
        duplicate: 0.05,
        malformed: 0.05,
        schemaViolating: 0.05,
        tombstone: 0.05,
        clockSkewed: 0.05,
        lateByMs: 50,
      },
      20_000,
    );
    const labelled = came.filter(({ disorder }) => disorder !== null);
    const told = truths.filter(({ neverCame }) => neverCame === undefined);
    expect(told.map(({ id, disorder }) => ({ id, disorder }))).toEqual(
      labelled.map(({ id, disorder }) => ({ id, disorder })),
    );
    expect(new Set(labelled.map(({ id }) => id)).size).toBe(labelled.length);
    expect(new Set(labelled.map(({ disorder }) => disorder)).size).toBe(7);
  });

  it('does so about as often as asked', () => {
    const { truths } = disorderly({ malformed: 0.02, missing: 0.1 }, 50_000);
    const count = (kind: string) => truths.filter(({ disorder }) => disorder === kind).length;
    // Missing ones are beside the 50,000 that came: 5,556, each with a spread of some 75.
    expect(Math.abs(count('missing') - 5556)).toBeLessThan(350);
    expect(Math.abs(count('malformed') - 1111)).toBeLessThan(150);
  });

  it('has late events come after others with later timestamps, by no more than lateBy', () => {
    const { came, truths } = disorderly({ late: 0.02, lateByMs: 200 }, 20_000);
    let latest = 0;
    for (const { disorder, timestamp } of came) {
      if (disorder === 'late') {
        expect(latest - timestamp).toBeGreaterThanOrEqual(20);
        expect(latest - timestamp).toBeLessThan(230);
      } else expect(timestamp).toBeGreaterThanOrEqual(latest);
      latest = Math.max(latest, timestamp);
    }
    expect(truths.filter(({ heldMs = 0 }) => heldMs >= 20).length).toBeGreaterThan(300);
  });

  it('has events out of order come behind the next one of their key', () => {
    const { came } = disorderly({ outOfOrder: 0.05 }, 10_000);
    const latest = new Map<string, number>();
    let behind = 0;
    for (const { key, text, disorder } of came) {
      const sequence = Number(parsed(text)['sequence']);
      const before = latest.get(key!) ?? -1;
      expect(sequence < before).toBe(disorder === 'outOfOrder');
      if (sequence < before) behind++;
      latest.set(key!, Math.max(before, sequence));
    }
    expect(behind).toBeGreaterThan(300);
  });

  it('has a duplicate come as it came before, byte for byte', () => {
    const { came } = disorderly({ duplicate: 0.05, lateByMs: 100 }, 5000);
    const first = new Map<string, string>();
    for (const { key, text, disorder } of came) {
      const name = `${key} ${parsed(text)['sequence']}`;
      expect(first.has(name)).toBe(disorder === 'duplicate');
      if (disorder === 'duplicate') expect(text).toBe(first.get(name));
      else first.set(name, text!);
    }
  });

  it('breaks values off so that they are no JSON, and breaks schemas so that they are', () => {
    const { came } = disorderly({ malformed: 0.1, schemaViolating: 0.1 }, 5000);
    const names = 'key,price,promisedAt,sequence,timestamp,words';
    for (const { text, disorder } of came) {
      if (disorder === 'malformed') expect(() => parsed(text)).toThrow();
      else {
        const { key, price, words, ...kept } = parsed(text);
        const sound = typeof key === 'string' && typeof price === 'number' && Array.isArray(words);
        expect(sound).toBe(disorder === null);
        expect(Object.keys(kept).sort().join()).toBe('promisedAt,sequence,timestamp');
        if (sound) expect(Object.keys(parsed(text)).sort().join()).toBe(names);
      }
    }
  });

  it('moves the record’s and the value’s times together where the clock is wrong, and the next event’s not', () => {
    const { came, truths } = disorderly({ clockSkewed: 0.1, skewByMs: 60_000 }, 2000);
    const skews = new Map(truths.map(({ id, skewMs = 0 }) => [id, skewMs]));
    came.forEach(({ text, timestamp, id }, index) => {
      const skewMs = id === null ? 0 : skews.get(id)!;
      expect(timestamp).toBe(DUE + index + skewMs);
      expect(parsed(text)).toMatchObject({ timestamp, promisedAt: timestamp + 500 });
      if (id !== null) expect(Math.abs(skewMs)).toBeGreaterThanOrEqual(6000);
    });
    expect([...skews.values()].some((skew) => skew > 0) && [...skews.values()].some((skew) => skew < 0)).toBe(
      true,
    );
  });

  it('gives a tombstone its key and no value', () => {
    const { came } = disorderly({ tombstone: 0.2 }, 1000);
    for (const { key, text, disorder } of came) {
      expect(key).toMatch(/^[abc]$/);
      expect(text === null).toBe(disorder === 'tombstone');
    }
  });

  it('gives at the end of simulated time whatever it held back', () => {
    const { came, truths } = disorderly({ late: 0.2, outOfOrder: 0.1, duplicate: 0.1, lateByMs: 1e9 }, 1000, {
      simulated: true,
    });
    expect(truths.some(({ neverCame }) => neverCame)).toBe(false);
    expect(came.length).toBe(1000 + truths.filter(({ disorder }) => disorder === 'duplicate').length);
  });

  it('tells of what it never gave because nobody asked any more', () => {
    const { came, truths } = disorderly({ late: 0.1, lateByMs: 1e9 }, 1000);
    const held = truths.filter(({ neverCame }) => neverCame);
    expect(held.length).toBeGreaterThan(50);
    expect(came.filter(({ disorder }) => disorder !== null)).toEqual([]);
  });

  it('holds no more than so many, the first to come out coming early', () => {
    const { came } = disorderly({ late: 0.5, lateByMs: 1e9 }, 150_000, { keys: ['k'] });
    const late = came.filter(({ disorder }) => disorder === 'late').length;
    expect(late).toBeGreaterThan(20_000);
  });
});
