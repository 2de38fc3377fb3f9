/** Numbers and plain words as ASCII, written into a buffer without making a string first. */
import { putByte, viewOf } from './view.js';

/** "00" … "99" as the 16-bit numbers whose bytes, lowest first, are the two digits. */
const PAIRS = Uint16Array.from({ length: 100 }, (_, n) => 0x3030 + Math.floor(n / 10) + (n % 10) * 256);

/** Digits are stored four at a time, so that a number takes at most this much, with what is left behind its end. */
const ROOM = 24;

/** Any safe integer; what is not an integer is shown as JavaScript shows it, what is not a number as null. */
export function writeInteger(value: number, buffer: Buffer, start: number): number {
  if (start + ROOM <= buffer.length) {
    if (value >= 0 && value < 1e9 && (value | 0) === value) return writeSmall(value, viewOf(buffer), start);
    if (value >= 1e9 && Number.isSafeInteger(value)) return writeLarge(value, viewOf(buffer), start);
  }
  // Negative numbers, numbers that are none, and the last bytes of a buffer are rare.
  return writeAscii(Number.isFinite(value) ? String(value) : 'null', buffer, start);
}

/** 0 … 999,999,999. */
function writeSmall(value: number, view: DataView, start: number): number {
  let rest = value | 0;
  let at = start;
  if (rest >= 1e8) {
    const first = (rest / 1e8) | 0;
    view.setUint8(at++, 0x30 + first);
    rest -= first * 1e8;
    return writeEight(rest, view, at);
  }
  if (rest < 1e4) return writeFirst(rest, view, at);
  const high = (rest / 1e4) | 0;
  at = writeFirst(high, view, at);
  view.setUint32(at, fourDigits(rest - high * 1e4), true);
  return at + 4;
}

/** 1,000,000,000 and more: the last eight digits always stand in full behind the ones before them. */
function writeLarge(value: number, view: DataView, start: number): number {
  const high = Math.floor(value / 1e8);
  const at = high < 1e9 ? writeSmall(high, view, start) : writeLarge(high, view, start);
  return writeEight(value - high * 1e8, view, at);
}

/** Eight digits, with zeros before them. */
function writeEight(value: number, view: DataView, at: number): number {
  const rest = value | 0;
  const high = (rest / 1e4) | 0;
  view.setUint32(at, fourDigits(high), true);
  view.setUint32(at + 4, fourDigits(rest - high * 1e4), true);
  return at + 8;
}

/** 0 … 9,999 without zeros before it. */
function writeFirst(value: number, view: DataView, at: number): number {
  const digits = value < 100 ? (value < 10 ? 1 : 2) : value < 1000 ? 3 : 4;
  view.setUint32(at, fourDigits(value) >>> (32 - 8 * digits), true);
  return at + digits;
}

/** Four digits as bytes of one number, the first of them lowest. */
function fourDigits(value: number): number {
  const high = (value / 100) | 0;
  return PAIRS[high]! | (PAIRS[value - high * 100]! << 16);
}

export function writeAscii(text: string, buffer: Buffer, start: number): number {
  if (start + text.length > buffer.length) return start + text.length;
  for (let i = 0; i < text.length; i++) buffer[start + i] = text.charCodeAt(i);
  return start + text.length;
}

/** Decimals are integers in units of 10^-scale: 12345 at scale 2 is 123.45. At least `digits` decimals are written; zeros behind them are not. */
export function writeDecimal(
  value: number,
  scale: number,
  digits: number,
  buffer: Buffer,
  start: number,
): number {
  if (value >= 0 && value < 1e9 && (value | 0) === value && scale < 10 && start + ROOM <= buffer.length) {
    return writeSmallDecimal(value, scale, digits, viewOf(buffer), start);
  }
  if (!Number.isFinite(value)) return writeAscii('null', buffer, start);
  const units = Math.abs(value);
  const unit = 10 ** scale;
  const whole = Math.floor(units / unit);
  let rest = units - whole * unit;
  const at = writeInteger(whole, buffer, value < 0 ? writeAscii('-', buffer, start) : start);
  let shown = scale;
  while (shown > digits && rest % 10 === 0) {
    rest /= 10;
    shown--;
  }
  if (shown === 0) return at;
  putByte(buffer, at, 0x2e);
  for (let place = at + shown; place > at; place--) {
    const tens = Math.floor(rest / 10);
    putByte(buffer, place, 0x30 + rest - tens * 10);
    rest = tens;
  }
  return at + shown + 1;
}

/** The same for 0 … 999,999,999 units, in 32-bit integers throughout: several times as fast, and nearly all that is written. */
function writeSmallDecimal(
  value: number,
  scale: number,
  digits: number,
  view: DataView,
  start: number,
): number {
  const units = value | 0;
  const unit = UNITS[scale]!;
  const whole = (units / unit) | 0;
  let rest = units - Math.imul(whole, unit);
  const at = writeSmall(whole, view, start);
  let shown = scale;
  if (shown - 2 >= digits && rest % 100 === 0) {
    rest = (rest / 100) | 0;
    shown -= 2;
  }
  while (shown > digits && rest % 10 === 0) {
    rest = (rest / 10) | 0;
    shown--;
  }
  if (shown === 0) return at;
  view.setUint8(at, 0x2e);
  let place = at + shown;
  for (; place > at + 1; place -= 2) {
    const hundreds = (rest / 100) | 0;
    view.setUint16(place - 1, PAIRS[rest - hundreds * 100]!, true);
    rest = hundreds;
  }
  if (place > at) view.setUint8(place, 0x30 + rest);
  return at + shown + 1;
}

/** 10^0 … 10^9. */
const UNITS = Int32Array.from({ length: 10 }, (_, scale) => 10 ** scale);
