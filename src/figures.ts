/** Numbers written for people. Every function returns plain ASCII apart from `µs`, `×` and the dash for "nothing yet". */

/** Stands where there is nothing to show yet. */
export const NOTHING = '–';

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** 12345 → `12,345`. */
export function count(value: number): string {
  return Number.isFinite(value) ? WHOLE.format(value) : NOTHING;
}

/** Records per second: `12,345/s`, and with decimals where they matter: `12.3/s`, `0.25/s`. */
export function perSecond(value: number): string {
  return Number.isFinite(value) ? `${scaled(value)}/s` : NOTHING;
}

/** Bytes in decimal units, as networks and disks are sold: 1234567 → `1.23 MB`. */
export function bytes(value: number): string {
  return withUnit(value, 1000, ['B', 'kB', 'MB', 'GB', 'TB', 'PB']);
}

/** A latency: `340 µs`, `3.4 ms`, `120 ms`, `2.5 s`, `3 min 05 s`. */
export function milliseconds(value: number): string {
  if (!Number.isFinite(value)) return NOTHING;
  if (value === 0) return '0 ms';
  if (value < 0.9995) return `${Math.max(1, Math.round(value * 1000))} µs`;
  if (value < 999.5) return `${scaled(value)} ms`;
  return seconds(value / 1000);
}

/** A span of time: `2.5 s`, `18 s`, `3 min 05 s`, `2 h 07 min`. */
export function seconds(value: number): string {
  if (!Number.isFinite(value)) return NOTHING;
  if (value < 9.95) return `${scaled(value)} s`;
  const whole = Math.round(value);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${twoDigits(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${twoDigits(Math.floor((whole % 3600) / 60))} min`;
}

/** How many times as much: `1.35×`, `12×`. */
export function times(value: number): string {
  return Number.isFinite(value) ? `${scaled(value)}×` : NOTHING;
}

/** `1 record`, `2 records`. */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** Two or three digits that count, and the thousands in groups. */
function scaled(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 99.95) return WHOLE.format(value);
  if (size >= 9.995) return trimmed(value.toFixed(1));
  if (size >= 0.1) return trimmed(value.toFixed(2));
  return String(Number(value.toPrecision(2)));
}

function withUnit(value: number, step: number, units: readonly string[]): string {
  if (!Number.isFinite(value)) return NOTHING;
  let rest = value;
  let at = 0;
  // 999.5 is already shown as 1,000, so it takes the next unit.
  while (Math.abs(rest) >= step - 0.5 && at < units.length - 1) {
    rest /= step;
    at++;
  }
  return `${at === 0 ? WHOLE.format(rest) : scaled(rest)} ${units[at]}`;
}

function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
