/** What a run writes of its disorder, held against what it sent: whoever joins the two knows all of it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { EventmillError } from '../../src/errors.js';
import { run, startRun } from '../../src/run.js';
import { profile, source, workload } from '../support/workloads.js';

type Line = { readonly [name: string]: unknown };

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'eventmill-manifest-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

const lines = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

const DISORDER = {
  late: 0.05,
  duplicate: 0.05,
  missing: 0.05,
  malformed: 0.05,
  tombstone: 0.05,
  lateByMs: 5,
};

it('a manifest names each labelled record of each profile once, and no other', async () => {
  const path = folder();
  const manifest = join(path, 'truth.jsonl');
  const { snapshot, exitCode } = await run({
    workload: workload({ count: 4000 }, [source('stock', { disorder: DISORDER }), source('pizza')]),
    profiles: ['one', 'two'].map((name) => profile(name, { driver: 'file', batchRecords: 100 })),
    folder: path,
    envelope: true,
    manifest,
  });
  expect(exitCode).toBe(0);
  for (const { profile: one } of snapshot.profiles) {
    const { name } = one;
    expect([one.due, one.acked]).toEqual([4000, 4000]);
    const records = ['stock_price_updates', 'new_pizza_orders'].flatMap((topic) =>
      lines(join(path, `${topic}.${name}.jsonl`)),
    );
    const labels = records.flatMap(({ key, headers }) => {
      const { 'eventmill-disorder': disorder, 'eventmill-disorder-id': id } = headers as Line;
      return disorder === undefined ? [] : [`${String(id)} ${String(disorder)} ${String(key)}`];
    });
    const told = lines(manifest).filter((line) => line['profile'] === name);
    const came = told.filter((line) => line['disorder'] !== 'missing' && line['neverCame'] === undefined);
    expect(labels.length).toBeGreaterThan(200);
    expect(
      came.map(({ id, disorder, key }) => `${String(id)} ${String(disorder)} ${String(key)}`).sort(),
    ).toEqual(labels.sort());
    expect(
      told.every(({ source: from, topic }) => from === 'stock' && topic === `stock_price_updates.${name}`),
    ).toBe(true);
    const neverCame = told.filter((line) => line['neverCame'] === true && line['disorder'] !== 'duplicate');
    const missing = told.filter((line) => line['disorder'] === 'missing');
    expect(one.disorder?.missing).toBe(missing.length + neverCame.length);
    expect(one.disorder?.malformed).toBe(came.filter((line) => line['disorder'] === 'malformed').length);
  }
});

it('a manifest that cannot be written is told before anything is sent', async () => {
  const request = {
    workload: workload({ count: 10 }, [source('stock', { disorder: DISORDER })]),
    profiles: [profile('one', { driver: 'null' })],
    manifest: join(folder(), 'no', 'truth.jsonl'),
  };
  const error = await startRun(request).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(EventmillError);
  expect(error).toMatchObject({
    code: 'NOT_WRITABLE',
    exitCode: 2,
    message: expect.stringContaining('ENOENT') as unknown,
  });
});
