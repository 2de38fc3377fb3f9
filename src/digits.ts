/** Numbers and plain words as ASCII, written into a buffer without making a string first. */

/** "00" … "99", so that a division gives two digits. */
const PAIRS = Buffer.from(
  Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0')).join(''),
  'latin1',
);

/** Any safe integer; what is not an integer is shown as JavaScript shows it, what is not a number as null. */
export function writeInteger(value: number, buffer: Buffer, start: number): number {
  if (value >= 0 && value < 1e9 && (value | 0) === value) return writeSmall(value, buffer, start);
  if (!Number.isSafeInteger(value))
    return writeAscii(Number.isFinite(value) ? String(value) : 'null', buffer, start);
  if (value < 0) {
    buffer[start] = 0x2d;
    return writeInteger(-value, buffer, start + 1);
  }
  // The last eight digits always stand in full behind the ones before them.
  const high = Math.floor(value / 1e8);
  let low = value - high * 1e8;
  const at = writeInteger(high, buffer, start);
  for (let place = at + 6; place >= at; place -= 2) {
    const hundreds = (low / 100) | 0;
    const pair = (low - hundreds * 100) * 2;
    buffer[place] = PAIRS[pair]!;
    buffer[place + 1] = PAIRS[pair + 1]!;
    low = hundreds;
  }
  return at + 8;
}

/** 0 … 999,999,999. */
function writeSmall(value: number, buffer: Buffer, start: number): number {
  let rest = value;
  let digits = 1;
  for (let power = 10; digits < 9 && rest >= power; power *= 10) digits++;
  let place = start + digits;
  while (rest >= 10) {
    const hundreds = (rest / 100) | 0;
    const pair = (rest - hundreds * 100) * 2;
    buffer[--place] = PAIRS[pair + 1]!;
    buffer[--place] = PAIRS[pair]!;
    rest = hundreds;
  }
  // An even number of digits ends with a pair, and then nothing is left to write.
  if (place > start) buffer[--place] = 0x30 + rest;
  return start + digits;
}

export function writeAscii(text: string, buffer: Buffer, start: number): number {
  for (let i = 0; i < text.length; i++) buffer[start + i] = text.charCodeAt(i);
  return start + text.length;
}

/** Of four decimals those that tell something, two at least. */
function writeFourth(rest: number, buffer: Buffer, at: number): number {
  const hundreds = (rest / 100) | 0;
  const last = rest - hundreds * 100;
  buffer[at] = 0x2e;
  buffer[at + 1] = PAIRS[2 * hundreds]!;
  buffer[at + 2] = PAIRS[2 * hundreds + 1]!;
  if (last === 0) return at + 3;
  buffer[at + 3] = PAIRS[2 * last]!;
  const unit = PAIRS[2 * last + 1]!;
  if (unit === 0x30) return at + 4;
  buffer[at + 4] = unit;
  return at + 5;
}

/** Decimals are integers in units of 10^-scale: 12345 at scale 2 is 123.45. At least `digits` decimals are written; zeros behind them are not. */
export function decimalWriter(
  scale: number,
  digits: number,
): (units: number, buffer: Buffer, at: number) => number {
  const unit = 10 ** scale;
  // What fits 32 bits is divided fastest like that.
  const tenth = scale <= 9 ? (rest: number) => (rest / 10) | 0 : (rest: number) => Math.floor(rest / 10);
  return (value, buffer, start) => {
    let units = value;
    let at = start;
    if (units < 0) {
      buffer[at++] = 0x2d;
      units = -units;
    }
    const whole = Math.floor(units / unit);
    at = writeInteger(whole, buffer, at);
    let rest = units - whole * unit;
    // Prices, most of all: two pairs of digits, or one where the second is zeros that need not stand.
    if (scale === 4 && digits === 2) return writeFourth(rest, buffer, at);
    let shown = scale;
    while (shown > digits) {
      const tens = tenth(rest);
      if (tens * 10 !== rest) break;
      rest = tens;
      shown--;
    }
    if (shown === 0) return at;
    buffer[at] = 0x2e;
    for (let place = at + shown; place > at; place--) {
      const tens = tenth(rest);
      buffer[place] = 0x30 + rest - tens * 10;
      rest = tens;
    }
    return at + shown + 1;
  };
}
