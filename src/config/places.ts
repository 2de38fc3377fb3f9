/** Where and when: brokers, topics and points in time, as people write them. */
import { type Address, formatAddress } from '../address.js';
import { expected, type Parsed, parseDuration } from '../units.js';

// ---------------------------------------------------------------- brokers

const HOST_PORT = 'HOST:PORT, such as localhost:9092 or [::1]:9092';

/** Reads one broker's address. An IPv6 address stands in brackets; `host` is handed out without them. */
export function parseHostPort(raw: unknown): Parsed<Address> {
  if (typeof raw !== 'string') return expected(HOST_PORT, raw);
  const text = raw.trim();
  if (text.includes('://')) return expected(HOST_PORT, raw, 'leave out the scheme');
  if (/\s/.test(text)) return expected(HOST_PORT, raw);
  const found = /^(?:\[([0-9a-fA-F:.]+(?:%[\w.-]+)?)\]|([\w.-]+)):(\d+)$/.exec(text);
  if (found === null) return expected(HOST_PORT, raw, hostPortRemedy(text));
  const port = Number(found[3]);
  if (port < 1 || port > 65_535) return expected(HOST_PORT, raw, 'a port lies between 1 and 65535');
  return { value: { host: found[1] ?? found[2] ?? '', port } };
}

function hostPortRemedy(text: string): string | undefined {
  if (/^[0-9a-fA-F]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(text)) return 'put an IPv6 address in brackets';
  if (/^(?:[\w.-]+|\[[^\]]*\]):?$/.test(text)) return `add the port: ${text.replace(/:$/, '')}:9092`;
  return undefined;
}

/** Reads `HOST:PORT,HOST:PORT`, or a list of them, into the same written one way, without repetitions. */
export function parseBrokers(raw: unknown): Parsed<readonly string[]> {
  const what = `HOST:PORT,… such as localhost:9092`;
  const parts = typeof raw === 'string' ? raw.split(',') : raw;
  if (!Array.isArray(parts) || parts.length === 0) return expected(what, raw);
  const brokers = new Set<string>();
  for (const part of parts) {
    const read = parseHostPort(part);
    if ('problem' in read) return read;
    brokers.add(formatAddress(read.value));
  }
  return { value: [...brokers] };
}

// ---------------------------------------------------------------- topics

/** Kafka's own limit (org.apache.kafka.common.internals.Topic.MAX_NAME_LENGTH). */
export const TOPIC_LENGTH_MAX = 249;
const TOPIC = `a topic's name of 1 to ${TOPIC_LENGTH_MAX} characters out of a-z, A-Z, 0-9, ".", "_" and "-"`;

/** Reads a topic's name by Kafka's own rule. */
export function parseTopic(raw: unknown): Parsed<string> {
  if (typeof raw !== 'string') return expected(TOPIC, raw);
  if (raw === '.' || raw === '..') return expected(TOPIC, raw, 'Kafka allows neither "." nor ".."');
  if (raw.length > TOPIC_LENGTH_MAX) return expected(TOPIC, raw, `it has ${raw.length}`);
  if (/^[a-zA-Z0-9._-]+$/.test(raw)) return { value: raw };
  const remedy = raw === '' ? undefined : `perhaps ${raw.replaceAll(/[^a-zA-Z0-9._-]+/g, '_')}`;
  return expected(TOPIC, raw, remedy);
}

// ---------------------------------------------------------------- points in time

const TIME = 'a time such as 2024-01-02, 2024-01-02T09:30:00Z, -30d, +1h or now';
const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * Reads a point in time as epoch milliseconds: `now`, a duration before (`-30d`) or after (`+1h`) it, or ISO 8601.
 * A time without an offset is in UTC, so that a workload means the same on every machine. `now` is in epoch ms.
 */
export function parseTime(raw: unknown, now: number): Parsed<number> {
  if (typeof raw !== 'string') return expected(TIME, raw);
  const text = raw.trim();
  if (text === 'now') return { value: Math.floor(now) };
  if (/^[+-]/.test(text)) {
    const read = parseDuration(text.slice(1));
    if ('problem' in read) return expected(TIME, raw, read.remedy);
    return { value: Math.floor(text.startsWith('-') ? now - read.value : now + read.value) };
  }
  const found = ISO.exec(text);
  if (found === null) {
    const bare = 'value' in parseDuration(text) ? `for a time before now write -${text}` : undefined;
    return expected(TIME, raw, bare);
  }
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', offset = 'Z'] = found;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0')}Z`;
  const utc = Date.parse(local);
  // JavaScript takes 30 February for 1 March; a time that is not written back the same does not exist.
  if (Number.isNaN(utc) || new Date(utc).toISOString() !== local) {
    return expected(TIME, raw, 'the calendar has no such time');
  }
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? [undefined, '+', '00', '00'];
  if (Number(hours) > 14 || Number(minutes) > 59) return expected(TIME, raw, 'no place has such an offset');
  const ahead = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return { value: utc - (sign === '-' ? -ahead : ahead) };
}

/** Epoch milliseconds → `2024-01-02T00:00:00.000Z`. */
export function formatTime(time: number): string {
  return new Date(time).toISOString();
}
