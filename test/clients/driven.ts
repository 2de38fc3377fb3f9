/**
 * Clients in other languages: a small program that takes one command as JSON on standard input, carries it out and
 * answers with JSON on standard output. What the commands mean stands in `Client`.
 */

import { output } from '../support/tools.js';
import type { Client, ProduceSettings, TextRecord } from './client.js';

type Command =
  | { readonly do: 'create'; readonly topic: string; readonly partitions: number }
  | { readonly do: 'remove' | 'partitions' | 'ends'; readonly topic: string }
  | ({
      readonly do: 'produce';
      readonly topic: string;
      readonly records: readonly TextRecord[];
    } & ProduceSettings)
  | { readonly do: 'consume'; readonly topic: string; readonly group: string; readonly count: number };

export interface Driver {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<{ [name: string]: string }>;
}

export function drivenClient(driver: Driver, brokers: string): Client {
  const ask = async <T>(command: Command): Promise<T> => {
    const stdin = JSON.stringify({ brokers, ...command });
    const env = driver.env ?? {};
    return JSON.parse(await output(driver.program, driver.args, { stdin, env, timeoutMs: 40_000 }));
  };
  return {
    create: (topic, partitions) => ask({ do: 'create', topic, partitions }),
    remove: (topic) => ask({ do: 'remove', topic }),
    partitions: (topic) => ask({ do: 'partitions', topic }),
    ends: (topic) => ask({ do: 'ends', topic }),
    produce: (topic, records, settings) => ask({ do: 'produce', topic, records, ...settings }),
    consume: (topic, group, count) => ask({ do: 'consume', topic, group, count }),
  };
}
