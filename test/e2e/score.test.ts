/** A consumer's handling of disorder, scored as docs/data.md shows it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventmill } from '../support/tools-cli.js';

let folder: string;
const file = (name: string) => join(folder, name);
interface Envelope {
  readonly key: string;
  readonly value: unknown;
  readonly headers?: { readonly [name: string]: string };
}
let records: readonly Envelope[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'eventmill-score-'));
  const what = ['stock-steady', '--count', '20000', '--rate', 'max'];
  const disorder = ['--disorder', 'duplicate=1%,malformed=1%,tombstone=0.5%,missing=0.5%,lateBy=2ms'];
  const out = ['--driver', 'file', '--out', folder, '--envelope', '--manifest', file('truth.jsonl')];
  const ended = await eventmill(['run', ...what, ...disorder, ...out, '--metrics-port', 'off', '--quiet']);
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: '' });
  records = readFileSync(file('stock_price_updates.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Envelope);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const written = (name: string, claims: readonly object[]) => {
  writeFileSync(file(name), claims.map((claim) => `${JSON.stringify(claim)}\n`).join(''));
  return file(name);
};
const label = ({ headers }: Envelope) => headers?.['eventmill-disorder'];

test('a consumer that knows everything but what never came is told so, kind by kind', async () => {
  const claims = records.flatMap((record) => {
    const disorder = label(record);
    return disorder === undefined ? [] : [{ id: record.headers!['eventmill-disorder-id'], disorder }];
  });
  const { code, stdout } = await eventmill([
    'score',
    '--manifest',
    file('truth.jsonl'),
    written('all.jsonl', claims),
  ]);
  expect(code).toBe(0);
  for (const kind of ['duplicate', 'malformed', 'tombstone'])
    expect(stdout).toMatch(new RegExp(`^${kind} +\\d+ +\\d+ +0 +0 +100 % +0$`, 'm'));
  expect(stdout).toMatch(/^missing +\d+ +0 +0 +\d+ +0 % +0$/m);
  expect(stdout).toMatch(/0 false alarms \(100 % deserved\)/);
}, 30_000);

test('one that drops what it cannot parse, and takes whatever else comes, misses the second copies', async () => {
  const taken = records.flatMap(({ key, value }) =>
    typeof value === 'object' && value !== null && 'sequence' in value
      ? [{ key, sequence: (value as { sequence: number }).sequence }]
      : [],
  );
  const claims = written('taken.jsonl', taken);
  const ended = await eventmill([
    'score',
    '--manifest',
    file('truth.jsonl'),
    claims,
    '--accepted',
    '--json',
    '--least',
    '99%',
  ]);
  const { kinds, caughtShare } = JSON.parse(ended.stdout) as {
    kinds: { kind: string; events: number; caught: number; missed: number }[];
    caughtShare: number;
  };
  const of = (kind: string) => kinds.find((one) => one.kind === kind);
  expect(of('duplicate')!.missed).toBe(of('duplicate')!.events);
  expect(of('malformed')!.caught).toBe(of('malformed')!.events);
  expect(of('tombstone')!.caught).toBe(of('tombstone')!.events);
  expect(of('missing')).toBeUndefined();
  expect(caughtShare).toBeGreaterThan(0.5);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(/^error: .* were caught, less than 99 %/);
}, 30_000);

test('files that are not what they should be are told of by line, with exit 2', async () => {
  writeFileSync(file('bad.jsonl'), '{"id":"x"}\nnonsense\n{"key":"a"}\n{"id":"x","disorder":"lat"}\n');
  const bad = await eventmill(['score', '--manifest', file('truth.jsonl'), file('bad.jsonl')]);
  expect(bad.code).toBe(2);
  expect(bad.stderr).toContain('bad.jsonl:2: expected a JSON object, got nonsense');
  expect(bad.stderr).toContain('bad.jsonl:3: expected an id, or a key and a sequence number');
  expect(bad.stderr).toContain('bad.jsonl:4: disorder: expected one of late, ');
  const swapped = await eventmill(['score', '--manifest', file('bad.jsonl'), file('truth.jsonl')]);
  expect(swapped.code).toBe(2);
  expect(swapped.stderr).toContain('bad.jsonl:1: expected a line of a manifest');
  const none = await eventmill(['score', '--manifest', file('nowhere.jsonl'), file('bad.jsonl')]);
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('nowhere.jsonl: expected a file that can be read, got ENOENT');
}, 30_000);

test('a check of nothing has not passed, as a manifest without events would let any consumer through', async () => {
  writeFileSync(file('empty.jsonl'), '');
  const score = ['score', '--manifest', file('empty.jsonl'), file('empty.jsonl')];
  const told = await eventmill(score);
  expect(told.code).toBe(0);
  expect(told.stdout).toContain('0 of 0 events caught; 0 claims, 0 false alarms');
  const checked = await eventmill([...score, '--least', '99%']);
  expect(checked.code).toBe(1);
  expect(checked.stderr).toContain('empty.jsonl: expected an event to catch, got none');
}, 30_000);

test('a run that is refused leaves the manifest of the one before it as it was', async () => {
  const before = readFileSync(file('truth.jsonl'), 'utf8');
  expect(before).not.toBe('');
  const again = ['run', 'stock-steady', '--count', '100', '--disorder', 'late=1%', '--metrics-port', 'off'];
  const out = ['--driver', 'file', '--out', folder, '--manifest', file('truth.jsonl'), '--quiet'];
  const refused = await eventmill([...again, ...out]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('stock_price_updates.jsonl: expected no file or an empty one');
  expect(readFileSync(file('truth.jsonl'), 'utf8') === before).toBe(true);
  const elsewhere = await eventmill([
    ...again,
    '--driver',
    'null',
    '--manifest',
    file('truth.jsonl'),
    '--quiet',
  ]);
  expect(elsewhere.code).toBe(0);
  expect(readFileSync(file('truth.jsonl'), 'utf8').length).toBeLessThan(before.length);
}, 30_000);
