/** What is done to a cluster, or to eventmill, while it produces. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, Size } from './clusters.js';

export interface Victim {
  readonly cluster: Cluster;
  /** How long records are made, ms. */
  readonly durationMs: number;
  /** Sends a signal to eventmill. */
  signal(name: NodeJS.Signals): void;
}

export interface Scenario {
  readonly name: string;
  readonly on: Size;
  /** Whether eventmill reaches the broker through the proxy. */
  readonly proxied?: boolean;
  /** Records are made for so long at least. */
  readonly leastMs?: number;
  /** Runs while records are made. */
  hurt(victim: Victim): Promise<void>;
  /** `survives`: a durable profile delivers everything. `told`: the run fails in time. `flushed`: interrupted. `killed`: by SIGKILL. */
  readonly end: 'survives' | 'told' | 'flushed' | 'killed';
}

const GONE_MS = 5000;

/** With -9, and back. */
async function restart({ cluster }: Victim, index: number, goneMs = GONE_MS): Promise<void> {
  await cluster.kill(index);
  await sleep(goneMs);
  await cluster.restart(index);
}

/** Does something again and again until the time is over. */
async function each(everyMs: number, { durationMs }: Victim, act: () => Promise<void> | void): Promise<void> {
  for (let at = everyMs; at < durationMs; at += everyMs) {
    await sleep(everyMs);
    await act();
  }
}

/** Each ten seconds, or twice in a short run. */
const seldom = ({ durationMs }: Victim): number => Math.min(10_000, durationMs / 3);

function signalled(name: NodeJS.Signals): Scenario['hurt'] {
  return async ({ durationMs, signal }) => {
    await sleep(durationMs / 2);
    signal(name);
  };
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'broker killed with -9, back after 5 s',
    on: 'one node',
    end: 'survives',
    async hurt(victim) {
      await sleep(victim.durationMs / 3);
      await restart(victim, 0);
    },
  },
  {
    name: 'leader killed (3 nodes)',
    on: '3 nodes',
    end: 'survives',
    async hurt(victim) {
      await sleep(victim.durationMs / 3);
      await restart(victim, 0);
    },
  },
  {
    name: 'each node restarted in turn (3 nodes)',
    on: '3 nodes',
    leastMs: 25_000,
    end: 'survives',
    async hurt(victim) {
      const goneMs = Math.min(GONE_MS, victim.durationMs / 12);
      for (let index = 0; index < victim.cluster.size; index++) {
        await sleep(2000);
        await restart(victim, index, goneMs);
      }
    },
  },
  {
    name: 'connection cut each second',
    on: 'one node',
    proxied: true,
    end: 'survives',
    hurt: (victim) => each(1000, victim, () => victim.cluster.proxy.cut()),
  },
  {
    name: 'answers swallowed for 1 s, each 10 s',
    on: 'one node',
    proxied: true,
    end: 'survives',
    hurt: (victim) =>
      each(seldom(victim), victim, async () => {
        victim.cluster.proxy.swallow(true);
        await sleep(1000);
        victim.cluster.proxy.swallow(false);
      }),
  },
  {
    name: 'stalls of 2 s, each 10 s',
    on: 'one node',
    proxied: true,
    end: 'survives',
    hurt: (victim) =>
      each(seldom(victim), victim, async () => {
        victim.cluster.proxy.stall(true);
        await sleep(2000);
        victim.cluster.proxy.stall(false);
      }),
  },
  { name: 'SIGINT in the middle', on: 'one node', end: 'flushed', hurt: signalled('SIGINT') },
  { name: 'SIGTERM in the middle', on: 'one node', end: 'flushed', hurt: signalled('SIGTERM') },
  { name: 'SIGKILL of eventmill', on: 'one node', end: 'killed', hurt: signalled('SIGKILL') },
  {
    name: 'broker gone for good',
    on: 'one node',
    end: 'told',
    async hurt({ cluster, durationMs }) {
      await sleep(durationMs / 2);
      await cluster.kill(0);
    },
  },
];
