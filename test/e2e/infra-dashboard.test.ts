/** The dashboard asks for what eventmill has. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { needs } from '../support/tiers.js';
import { run } from '../support/tools.js';
import {
  type Dashboard,
  dashboardQueries,
  filled,
  promtool,
  servedNames,
} from '../support/tools-monitoring.js';

const dashboard: Dashboard = JSON.parse(readFileSync('config/grafana/dashboards/eventmill.json', 'utf8'));
const variables = dashboard.templating.list;
const asWritten = dashboardQueries(dashboard).map(({ query }) => query);
const queries = dashboardQueries(dashboard).map(({ query, ...rest }) => ({
  ...rest,
  query: filled(query, variables),
}));

describe('the dashboard', () => {
  test('asks only for metrics that eventmill serves', async () => {
    const served = await servedNames();
    const asked = queries.flatMap(({ query }) => query.match(/\b(eventmill|process|nodejs)_\w+/g) ?? []);
    expect(new Set(asked).size).toBeGreaterThan(12);
    expect(asked.filter((name) => !served.includes(name))).toEqual([]);
  });

  test('shows every metric of eventmill’s own', async () => {
    const text = queries.map(({ query }) => query).join('\n');
    const stems = (await servedNames())
      .filter((name) => name.startsWith('eventmill_'))
      .map((name) => name.replace(/_(bucket|sum|count)$/, ''));
    // When the run began is what the time axis shows.
    const unseen = new Set(stems.filter((name) => !text.includes(name)));
    expect([...unseen]).toEqual(['eventmill_run_start_time_seconds']);
  });

  test('has an id of its own for each panel, and a title', () => {
    const ids = dashboard.panels.map((panel) => panel.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(dashboard.panels.filter((panel) => panel.title === '')).toEqual([]);
  });

  test('is of a schema that Grafana still reads, and stands under an id of its own', () => {
    const { uid, schemaVersion, title, refresh, time } = dashboard;
    // From Grafana 11 on; newer ones bring older schemas up to date.
    expect(schemaVersion).toBeGreaterThanOrEqual(39);
    expect(uid).toMatch(/^[\w-]{1,40}$/);
    expect({ title, refresh, time }).toEqual({
      title: 'eventmill',
      refresh: '5s',
      time: { from: 'now-15m', to: 'now' },
    });
  });

  test('lays its panels out in 24 columns without one upon another, each under a row', () => {
    const { panels } = dashboard;
    expect(panels[0]!.type).toBe('row');
    const taken = new Set<string>();
    for (const { title, gridPos } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x} ${y}`), `${title} at ${x}, ${y}`).toBe(false);
          taken.add(`${x} ${y}`);
        }
      }
    }
  });

  test('draws with what comes with Grafana, each query of a panel under a name of its own', () => {
    for (const { title, type, targets = [] } of dashboard.panels) {
      expect(['row', 'stat', 'timeseries', 'table', 'heatmap'], title).toContain(type);
      expect(targets.length > 0, title).toBe(type !== 'row');
      const names = targets.map(({ refId }) => refId);
      expect(new Set(names).size, title).toBe(names.length);
    }
  });

  test('has a use for each of its variables, which are all there', () => {
    const text = asWritten.join('\n');
    const used = new Set([...text.matchAll(/\$(\w+)/g)].map(([, name]) => name));
    used.delete('__rate_interval');
    expect([...used].sort()).toEqual(variables.map(({ name }) => name).sort());
  });

  test('asks the data source that is provisioned', () => {
    const provisioned = readFileSync('config/grafana/provisioning/datasources/prometheus.yml', 'utf8');
    const [, uid] = /uid: (\S+)/.exec(provisioned)!;
    const used = [...JSON.stringify(dashboard).matchAll(/"datasource":\{[^}]*"uid":"([^"]*)"/g)];
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter(([, one]) => one !== uid)).toEqual([]);
  });
});

await needs([promtool], () => {
  test('promtool takes every query of the dashboard', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eventmill-promql-'));
    try {
      const file = join(folder, 'rules.yml');
      const rules = queries.map(({ query }, i) => ({ record: `panel:query${i}`, expr: query }));
      // JSON is YAML too.
      writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
      const { code, stdout, stderr } = await run('promtool', ['check', 'rules', file]);
      expect(`${stdout}${stderr}`).toContain(`${queries.length} rules found`);
      expect(code).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('promtool takes the Prometheus configuration', async () => {
    const { code, stdout } = await run('promtool', ['check', 'config', 'config/prometheus/prometheus.yml']);
    expect(stdout).toContain('SUCCESS');
    expect(code).toBe(0);
  });
});
