/**
 * The port with /metrics, /healthz, and the pages and handlers it is given. Pages are only read; handlers answer for
 * themselves, and hear nothing from other sites.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { systemClock } from '../clock.js';
import { EventmillError } from '../errors.js';

export const DEFAULT_PORT = 9464;
const PORTS_TRIED = 100;

export interface Answer {
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<{ [name: string]: string }>;
}

export type Pages = Readonly<{ [path: string]: () => Answer | Promise<Answer> }>;

/** What is more than a page: a stream, or something that changes. */
export interface Handler {
  readonly method: 'GET' | 'POST';
  answer(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
}

export type Handlers = Readonly<{ [path: string]: Handler }>;

export interface PortOptions {
  /** Undefined: the default, or the next free port if it is taken. 0: any free one. */
  readonly port?: number | undefined;
  readonly host: string;
  readonly pages: Pages;
  readonly handlers?: Handlers;
  /** Told when a page throws; the client sees 500 without details. */
  readonly onError?: (error: unknown) => void;
}

export interface Port {
  readonly host: string;
  readonly port: number;
  /** For a browser on this machine. */
  readonly url: string;
  /** True when the default was taken and another one is used. */
  readonly moved: boolean;
  close(): Promise<void>;
}

/** Listens, or throws PORT_IN_USE: for a port that was asked for, at once; for the default, after a hundred. */
export async function openPort(options: PortOptions): Promise<Port> {
  const { host } = options;
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      options.onError?.(error);
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
      response.end('an error of eventmill, see its log\n');
    });
  });
  // A scraper that holds a request open must not hold the process.
  server.requestTimeout = 10_000;
  const first = options.port ?? DEFAULT_PORT;
  const last = options.port === undefined ? first + PORTS_TRIED - 1 : first;
  for (let port = first; ; port++) {
    const problem = await listen(server, port, host);
    if (problem === undefined) break;
    if (problem !== 'EADDRINUSE' || port === last) throw refused(problem, options, first, last);
  }
  const { port } = server.address() as AddressInfo;
  return {
    host,
    port,
    url: urlOf(host, port),
    moved: options.port === undefined && port !== first,
    close: () => close(server),
  };
}

/** Undefined when it listens, else the system's code for why not. */
function listen(server: Server, port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message);
    server.once('error', failed);
    server.listen({ port, host }, () => {
      server.off('error', failed);
      resolve(undefined);
    });
  });
}

function refused(problem: string, options: PortOptions, first: number, last: number): EventmillError {
  const remedy = 'name another one with --metrics-port, or --metrics-port off';
  if (problem === 'EADDRINUSE') {
    const which =
      first === last ? `port ${first} is in use` : `all ports from ${first} to ${last} are in use`;
    return new EventmillError(
      'PORT_IN_USE',
      `--metrics-port: expected a free port on ${options.host}, but ${which}; ${remedy}`,
    );
  }
  if (problem === 'EACCES') {
    const text = `--metrics-port ${first}: expected a port that this user may open; ports from 1024 upward are free to all`;
    return new EventmillError('PORT_IN_USE', text);
  }
  const text = `--metrics-host ${options.host}: expected an address of this machine, but listening failed with ${problem}; 127.0.0.1 and 0.0.0.0 always work`;
  return new EventmillError('USAGE', text);
}

async function answer(
  options: PortOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (isLoopback(options.host) && !isLocalName(request.headers.host)) {
    // A web site may resolve its own name to 127.0.0.1 and so read what this port serves (DNS rebinding).
    return end(
      response,
      403,
      'expected a Host header that names this machine, such as 127.0.0.1 or localhost\n',
    );
  }
  const path = (request.url ?? '/').replace(/[?#].*$/s, '');
  const { pages, handlers = {} } = options;
  const handler = Object.hasOwn(handlers, path) ? handlers[path] : undefined;
  if (handler !== undefined) return handle(handler, request, response);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return end(response, 405, 'expected GET or HEAD\n');
  }
  const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
  if (page === undefined) {
    const known = [...Object.keys(pages), ...Object.keys(handlers)].filter(
      (name) => !name.startsWith('/assets/'),
    );
    return end(response, 404, `expected one of ${known.join(', ')}\n`);
  }
  const { type, body, headers } = await page();
  const bytes = Buffer.from(body);
  response.writeHead(200, {
    'content-type': type,
    'content-length': bytes.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

async function handle(handler: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== handler.method) {
    response.setHeader('allow', handler.method);
    return end(response, 405, `expected ${handler.method}\n`);
  }
  if (!isOwnSite(request))
    return end(response, 403, 'expected a request of this page, got one of another site\n');
  await handler.answer(request, response);
}

/** Whether no other site's page asks. Browsers say whose page it is, older ones only where it comes from; other programs need not. */
function isOwnSite({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return headers.origin === undefined || /^https?:\/\/(.*)$/.exec(headers.origin)?.[1] === headers.host;
}

function end(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

/** Whether a Host header names this machine's loopback. HTTP/1.0 clients send none; no browser is among them. */
function isLocalName(header: string | undefined): boolean {
  if (header === undefined) return true;
  const name = header
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
  return isLoopback(name) && (name === 'localhost' || isIP(name) !== 0);
}

function urlOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${isIP(reachable) === 6 ? `[${reachable}]` : reachable}:${port}/`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // What is being answered now gets a moment; what is held open does not.
    const patience = systemClock.after(1000, () => server.closeAllConnections());
    server.close(() => {
      patience.cancel();
      resolve();
    });
    server.closeIdleConnections();
  });
}
