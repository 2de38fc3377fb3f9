import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openFolder, readReport, saveReport, writeFiles } from '../../../src/compare/folder.js';
import { report } from '../../support/comparison.js';

const folder = () => mkdtempSync(join(tmpdir(), 'eventmill-report-'));

it('makes its folder, keeps report.json whole, and leaves nothing else behind', () => {
  const path = join(folder(), 'deep', 'er');
  openFolder('--report', path);
  saveReport(path, report({ finished: false }));
  expect(readdirSync(path)).toEqual(['report.json']);
  expect(readReport(path, '--resume')!.finishedAt).toBeNull();
  expect(
    writeFiles(path, report(), () => '<!doctype html>')
      .map((file) => file.slice(path.length + 1))
      .sort(),
  ).toEqual(readdirSync(path).sort());
  expect(readReport(join(path, 'report.json'), '--baseline')).toEqual(JSON.parse(JSON.stringify(report())));
});

it('finds nothing where there is nothing', () => {
  expect(readReport(folder(), '--resume')).toBeUndefined();
});

it('says what it expected of a file that is something else', () => {
  const path = join(folder(), 'report.json');
  for (const [text, got] of [
    ['no json', 'got something that is no JSON'],
    ['{"profiles":[]}', 'got another object'],
    ['null', 'got another object'],
    ['{"format":1,"trials":[],"results":[1],"candidates":[{}]}', 'got another object'],
  ] as const) {
    writeFileSync(path, text);
    expect(() => readReport(path, '--baseline')).toThrow(
      `--baseline ${path}: expected the report.json of a comparison (format 1), ${got}`,
    );
  }
});

it('refuses a folder that cannot be had', () => {
  const path = join(folder(), 'file');
  writeFileSync(path, '');
  expect(() => openFolder('--report', path)).toThrow(
    `--report ${path}: expected a folder that can be written into`,
  );
  expect(readFileSync(path, 'utf8')).toBe('');
});
