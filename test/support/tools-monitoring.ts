/** Prometheus and what goes with it, as Debian ships them: to check what eventmill's users mount and start. */
import { createMetrics } from '../../src/metrics/registry.js';
import { type Need, programPath } from './tools.js';

function onPath(name: string, program: string, debian: string): Need {
  return {
    name,
    remedy: `install it (on Debian: apt-get install ${debian})`,
    async ready() {
      if (programPath(program) === undefined) throw new Error(`${program} is not on the PATH`);
    },
  };
}

export const prometheus = onPath('prometheus', 'prometheus', 'prometheus');
/** Checks configurations and rules; in Prometheus's package. */
export const promtool = onPath('promtool', 'promtool', 'prometheus');
export const pushgateway = onPath('pushgateway', 'prometheus-pushgateway', 'prometheus-pushgateway');
export const nodeExporter = onPath('node_exporter', 'prometheus-node-exporter', 'prometheus-node-exporter');
export const dockerCompose = onPath('docker-compose', 'docker-compose', 'docker-compose');

/** All names that /metrics can have: a histogram's are three. */
export async function servedNames(): Promise<string[]> {
  const text = await createMetrics(() => undefined).text();
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)/gm)];
  return types.flatMap(([, name, type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name!],
  );
}

// ---------------------------------------------------------------- a dashboard in Grafana's JSON

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly refresh: string;
  readonly time: { readonly from: string; readonly to: string };
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr: string }[] };
}

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly panels?: readonly Panel[];
  readonly targets?: readonly { readonly refId: string; readonly expr: string; readonly instant?: boolean }[];
}

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly definition?: string;
  readonly query: string | { readonly query: string };
  readonly allValue: string;
}

/** One query of the dashboard, with its variables as they stand in it. */
export interface DashboardQuery {
  readonly panel: string;
  readonly query: string;
  /** Asked for the moment alone; otherwise over the time that the dashboard shows. */
  readonly instant: boolean;
}

/** Every query of a dashboard, those of its annotations too. */
export function dashboardQueries({ panels, annotations }: Dashboard): DashboardQuery[] {
  const ofPanels = (all: readonly Panel[]): DashboardQuery[] =>
    all.flatMap(({ title, targets = [], panels: inner = [] }) => [
      ...targets.map(({ expr, instant = false }) => ({ panel: title, query: expr, instant })),
      ...ofPanels(inner),
    ]);
  const ofAnnotations = annotations.list.map(({ name, expr }) => ({
    panel: name,
    query: expr,
    instant: false,
  }));
  return [...ofPanels(panels), ...ofAnnotations];
}

/** A query as Grafana sends it: each variable as what was chosen, several parted by `|`, or all. */
export function filled(
  query: string,
  variables: readonly Variable[],
  chosen: Readonly<{ [variable: string]: readonly string[] }> = {},
): string {
  return query.replaceAll('$__rate_interval', '10s').replaceAll(/\$(\w+)/g, (_, name: string) => {
    const variable = variables.find((one) => one.name === name);
    if (variable === undefined) throw new Error(`the dashboard has no variable ${name}: ${query}`);
    const values = chosen[name];
    return values === undefined
      ? variable.allValue
      : values.length === 1
        ? values[0]!
        : `(${values.join('|')})`;
  });
}
