/**
 * `--pushgateway`: the metrics of a run that may be over before anybody scrapes it, left with a Prometheus Pushgateway.
 * Each push replaces the group's metrics (PUT), so that nothing of an earlier run stays among them.
 */
import { EventmillError } from '../errors.js';
import { Outlet } from '../outlet.js';
import { snapshotText } from './registry.js';

const PATIENCE_MS = 10_000;

/**
 * `url` is the gateway's, or names a group of its own (`…/metrics/job/NAME/…`); else the group is the job `eventmill` and the
 * workload. A user and password in it are sent as such and never shown.
 *
 * @throws EventmillError NOT_WRITABLE if nobody answers there, or refuses
 */
export async function openPushgateway(url: string, workload: string): Promise<Outlet> {
  const gateway = new Gateway(url, workload);
  const why = await gateway.refusal();
  if (why !== undefined) {
    const remedy = 'give the address of a Prometheus Pushgateway, such as http://localhost:9091';
    const text = `--pushgateway ${gateway.shown}: expected a Pushgateway that takes metrics, but ${why}; ${remedy}`;
    throw new EventmillError('NOT_WRITABLE', text);
  }
  const text = snapshotText();
  return new Outlet(async (snapshot) => gateway.put(await text(snapshot)));
}

class Gateway {
  /** The group's address, without user and password. */
  readonly shown: string;
  readonly #authorization: Readonly<{ authorization?: string }>;

  constructor(text: string, workload: string) {
    const url = new URL(text);
    const { username, password } = url;
    const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
    this.#authorization =
      username === '' && password === '' ? {} : { authorization: `Basic ${credentials.toString('base64')}` };
    url.username = '';
    url.password = '';
    if (!/\/metrics\/job(?:@base64)?\/./.test(url.pathname))
      url.pathname = `${url.pathname.replace(/\/+$/, '')}/metrics/job/eventmill/${grouped('workload', workload)}`;
    this.shown = url.href;
  }

  /** Why pushing would be in vain, without pushing; undefined if nothing speaks against it. */
  async refusal(): Promise<string | undefined> {
    try {
      const { status } = await this.#ask('HEAD');
      // A gateway takes no HEAD here (405); what else it may say is told when something is pushed.
      return [401, 403, 404].includes(status) ? `it answers ${meaning(status)}` : undefined;
    } catch (error) {
      return reason(error);
    }
  }

  /** Throws OUTPUT. */
  async put({ text, contentType }: { readonly text: string; readonly contentType: string }): Promise<void> {
    const why = await this.#ask('PUT', { body: text, headers: { 'content-type': contentType } }).then(
      async (answer) => (answer.ok ? undefined : `it answers ${await said(answer)}`),
      reason,
    );
    if (why !== undefined)
      throw new EventmillError('OUTPUT', `--pushgateway ${this.shown}: metrics could not be pushed: ${why}`);
  }

  #ask(
    method: string,
    more: { body?: string; headers?: { [name: string]: string } } = {},
  ): Promise<Response> {
    return fetch(this.shown, {
      ...more,
      method,
      headers: { ...more.headers, ...this.#authorization },
      // The password is for the address that was given, not for one that it points to.
      redirect: 'manual',
      // Real time, as it is the network's: a gateway that hangs must not keep the run from ending.
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  }
}

/** A label of the group as a part of the path; values with slashes or odd characters go in base64. */
function grouped(label: string, value: string): string {
  return /^[\w.-]+$/.test(value)
    ? `${label}/${value}`
    : `${label}@base64/${Buffer.from(value).toString('base64url')}`;
}

function meaning(status: number): string {
  if (status === 401 || status === 403) return `${status}, so user or password are missing or wrong`;
  return status === 404 ? '404, so there is no Pushgateway at this path' : String(status);
}

/** The status and the first line of an answer. */
async function said(answer: Response): Promise<string> {
  const [line = ''] = (await answer.text().catch(() => '')).trim().split('\n', 1);
  return `${meaning(answer.status)}${line === '' ? '' : `: ${line.slice(0, 200)}`}`;
}

function reason(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return `there was no answer within ${PATIENCE_MS / 1000} s`;
  if (cause?.code === 'ECONNREFUSED') return 'the connection is refused';
  if (cause?.code === 'ENOTFOUND' || cause?.code === 'EAI_AGAIN') return 'its host is not known';
  return `the request fails: ${cause?.message ?? cause?.code ?? message}`;
}
