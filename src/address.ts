/** Where a broker is: HOST:PORT, with IPv6 in brackets as in a URL. */
import { EventmillError } from './errors.js';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Throws USAGE for anything that is not HOST:PORT or [IPV6]:PORT with a port from 1 to 65535. */
export function parseAddress(text: string): Address {
  const match = /^(?:\[([0-9a-fA-F:.]+(?:%[\w.-]+)?)\]|([^\s:/[\]]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65_535) {
    throw new EventmillError(
      'USAGE',
      `broker "${text}": expected HOST:PORT, such as localhost:9092 or [::1]:9092, with a port from 1 to 65535`,
    );
  }
  return { host: (match[1] ?? match[2])!, port };
}

export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
