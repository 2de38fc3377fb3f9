/** Prometheus and docker-compose as Debian ships them: to check what eventmill's users mount and start. */
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
export const dockerCompose = onPath('docker-compose', 'docker-compose', 'docker-compose');

/** One query of the dashboard, with its variables filled in. */
export interface DashboardQuery {
  readonly panel: string;
  readonly query: string;
}

interface Panel {
  readonly title: string;
  readonly panels?: readonly Panel[];
  readonly targets?: readonly { readonly expr: string }[];
}

/** Every query of a dashboard in Grafana's JSON. */
export function dashboardQueries(dashboard: { readonly panels: readonly Panel[] }): DashboardQuery[] {
  return dashboard.panels.flatMap((panel) => [
    ...(panel.targets ?? []).map(({ expr }) => ({ panel: panel.title, query: filled(expr) })),
    ...(panel.panels === undefined ? [] : dashboardQueries({ panels: panel.panels })),
  ]);
}

function filled(expression: string): string {
  return expression.replaceAll('$__rate_interval', '10s').replaceAll(/\$\w+/g, '.*');
}
