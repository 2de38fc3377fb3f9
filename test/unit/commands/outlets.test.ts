import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { Outlets } from '../../../src/commands/bodies/outlets.js';
import { snapshot } from '../../support/snapshots.js';

let folder: string;
let summary: string;
let metricsFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eventmill-outlets-'));
  summary = join(folder, 'out.json');
  metricsFile = join(folder, 'out.prom');
});

/** How often each file was replaced, from its inode. */
function watched(path: string) {
  let last = 0;
  let times = 0;
  return () => {
    const { ino, mtimeNs } = statSync(path, { bigint: true });
    const now = Number(ino) + Number(mtimeNs % 1_000_000_000_000n);
    if (now !== last) times++;
    last = now;
    return times;
  };
}

it('writes the summary each second and the metrics every five', async () => {
  const outlets = await Outlets.open({ summary, metricsFile }, 'demo');
  const warnings: string[] = [];
  const seen = { summary: watched(summary), metrics: watched(metricsFile) };
  for (let tick = 0; tick <= 40; tick++) {
    outlets.update(snapshot([{ acked: tick }]), 1_000_000 + tick * 250, (message) => warnings.push(message));
    // Each write is over before the next one is due.
    await expect.poll(() => readFileSync(summary, 'utf8')).toContain(`"acked": ${tick - (tick % 4)}`);
    await expect
      .poll(() => readFileSync(metricsFile, 'utf8'))
      .toContain(`fate="acked"} ${tick - (tick % 20)}\n`);
    // A file may be there a moment before whoever wrote it has been told.
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    seen.summary();
    seen.metrics();
  }
  expect(seen.summary()).toBe(11);
  expect(seen.metrics()).toBe(3);
  expect(warnings).toEqual([]);
});

it('tells all that cannot be written at once', async () => {
  const opening = Outlets.open(
    { summary: folder, metricsFile: '/nowhere/x.prom', pushgateway: 'http://127.0.0.1:1' },
    'demo',
  );
  await expect(opening).rejects.toMatchObject({
    code: 'NOT_WRITABLE',
    message: expect.stringMatching(/^--summary .*\n--metrics-file .*\n--pushgateway .*$/),
  });
});

it('warns once while writing fails, and gives the reason at the end', async () => {
  const inner = join(folder, 'inner');
  mkdirSync(inner);
  const outlets = await Outlets.open({ metricsFile: join(inner, 'out.prom') }, 'demo');
  rmSync(inner, { recursive: true });
  const warnings: string[] = [];
  for (let second = 0; second < 30; second += 5) {
    outlets.update(snapshot(), 1000 * second, (message) => warnings.push(message));
    await expect.poll(() => warnings.length).toBe(1);
  }
  expect(warnings[0]).toContain('could not be written: its folder does not exist');
  expect(await outlets.finish(snapshot())).toEqual(warnings);
  // And once the folder is back, nothing is wrong any more.
  mkdirSync(inner);
  expect(await outlets.finish(snapshot([{ acked: 5 }]))).toEqual([]);
  expect(readFileSync(join(inner, 'out.prom'), 'utf8')).toContain('fate="acked"} 5\n');
});
