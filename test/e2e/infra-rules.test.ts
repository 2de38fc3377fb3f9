/** Prometheus's rules: taken by promtool, right in what they say, and about nothing that eventmill does not serve. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { needs } from '../support/tiers.js';
import { run } from '../support/tools.js';
import { promtool, servedNames } from '../support/tools-monitoring.js';

const RULES = 'config/prometheus/rules.yml';
const UNIT_TESTS = 'test/e2e/infra-rules.yml';

const rules = readFileSync(RULES, 'utf8');
const unitTests = readFileSync(UNIT_TESTS, 'utf8');
const names = (kind: string) =>
  [...rules.matchAll(new RegExp(`- ${kind}: (\\S+)`, 'g'))].map(([, it]) => it!);

describe('the rules', () => {
  test('are read by the Prometheus of docker-compose', () => {
    expect(readFileSync('config/prometheus/prometheus.yml', 'utf8')).toContain('- rules.yml');
    expect(readFileSync('docker-compose.yml', 'utf8')).toContain('./config/prometheus:/etc/prometheus');
  });

  test('speak only of metrics that eventmill serves', async () => {
    const served = await servedNames();
    const asked = rules.match(/(?<![:\w])eventmill_\w+(?![\w:])/g) ?? [];
    expect(new Set(asked).size).toBeGreaterThan(8);
    expect(asked.filter((name) => !served.includes(name) && !served.includes(`${name}_bucket`))).toEqual([]);
  });

  test('are all under test, and each alert in a case where it is silent or comes later', () => {
    const alerts = names('alert');
    const records = names('record');
    expect(alerts.length).toBeGreaterThan(7);
    expect(records.length).toBeGreaterThan(9);
    expect(records.filter((name) => !unitTests.includes(name))).toEqual([]);
    const cases = (name: string) => unitTests.split(`alertname: ${name}\n`).slice(1);
    const fires = (text: string) => /^\s+eval_time: \S+\n\s+exp_alerts:\n\s+- exp_labels/.test(text);
    expect(alerts.filter((name) => !cases(name).some(fires))).toEqual([]);
    expect(alerts.filter((name) => !cases(name).some((text) => !fires(text)))).toEqual([]);
  });
});

await needs([promtool], () => {
  test('promtool takes the rules', async () => {
    const { code, stdout, stderr } = await run('promtool', ['check', 'rules', RULES]);
    expect(`${stdout}${stderr}`).toContain(
      `SUCCESS: ${names('alert').length + names('record').length} rules found`,
    );
    expect(code).toBe(0);
  });

  test('they say what their unit tests expect', async () => {
    const { code, stdout, stderr } = await run('promtool', ['test', 'rules', UNIT_TESTS]);
    expect(`${stdout}${stderr}`).toContain('SUCCESS');
    expect(code).toBe(0);
  });
});
