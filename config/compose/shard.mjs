/** Prints which of a service's containers this is, from 0. Compose numbers them in their names, which its name server tells. */
import { reverse } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { pathToFileURL } from 'node:url';

/** `project-shard-3.project_default` → 2; older versions of Compose write `project_shard_3`. Undefined for other names. */
export function indexFrom(name) {
  const number = /^[^.]+[-_](\d+)(?:\.|$)/.exec(name)?.[1];
  return number === undefined || number === '0' ? undefined : Number(number) - 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const addresses = Object.values(networkInterfaces()).flat();
  const own = addresses.find((one) => one !== undefined && !one.internal);
  const names = own === undefined ? [] : await reverse(own.address).catch(() => []);
  const index = names.map(indexFrom).find((one) => one !== undefined);
  if (index === undefined) {
    const got = names.join(', ') || 'no name';
    process.stderr.write(
      `expected a container's name that ends in its number, got ${got}; start it with docker compose\n`,
    );
    process.exitCode = 2;
  } else process.stdout.write(`${index}\n`);
}
