/** Shops: where they stand, what the taxman takes there, and how much of the business each has. */
import type { Random } from '../../src/types.js';

/** city | state | time zone | area code | first three digits of postal codes | sales tax on prepared food, 1/1000 % */
const CITIES = `New York|NY|America/New_York|212|100|8875
Chicago|IL|America/Chicago|312|606|11500
Los Angeles|CA|America/Los_Angeles|213|900|9500
Houston|TX|America/Chicago|713|770|8250
Phoenix|AZ|America/Phoenix|602|850|8600
Philadelphia|PA|America/New_York|215|191|8000
Denver|CO|America/Denver|303|802|8810
Seattle|WA|America/Los_Angeles|206|981|10350
Boston|MA|America/New_York|617|021|7000
Atlanta|GA|America/New_York|404|303|8900
Minneapolis|MN|America/Chicago|612|554|10775
Portland|OR|America/Los_Angeles|503|972|0
Miami|FL|America/New_York|305|331|9000
St. Louis|MO|America/Chicago|314|631|11179
Las Vegas|NV|America/Los_Angeles|702|891|8375
Nashville|TN|America/Chicago|615|372|9250
Salt Lake City|UT|America/Denver|801|841|8750
Detroit|MI|America/Detroit|313|482|6000
Cleveland|OH|America/New_York|216|441|8000
Charlotte|NC|America/New_York|704|282|8250
Kansas City|MO|America/Chicago|816|641|10975
Albuquerque|NM|America/Denver|505|871|7625
Honolulu|HI|Pacific/Honolulu|808|968|4712
Anchorage|AK|America/Anchorage|907|995|0`
  .split('\n')
  .map((line) => line.split('|'));

const column = (index: number): readonly string[] => CITIES.map((city) => city[index]!);

/** Tables by city. */
export const CITY_NAMES = column(0);
export const STATES = column(1);
export const TIME_ZONES = column(2);
const AREA_CODES = column(3);
const TAX_RATES = column(5).map(Number);
/** Ten postal codes a city. */
export const POSTAL_CODES_PER_CITY = 10;
export const POSTAL_CODES = column(4).flatMap((prefix) =>
  Array.from({ length: POSTAL_CODES_PER_CITY }, (_, digit) => `${prefix}0${digit}`),
);

export const STORES_MAX = 10_000;

export interface Store {
  readonly id: string;
  /** Index into the tables by city. */
  readonly city: number;
  readonly timeZone: string;
  /** In 1/1000 %. */
  readonly taxRate: number;
  /** All but the last four digits of its customers' telephone numbers. 555 is nobody's. */
  readonly phonePrefix: string;
  readonly deliveryFeeCents: number;
  readonly ordersPerDay: number;
}

/** `ordersPerDay` is what all stores have together; their ids begin with `letter`. */
export function createStores(
  random: Random,
  count: number,
  ordersPerDay: number,
  letter: string,
): readonly Store[] {
  const streams = Array.from({ length: count }, (_, index) => random.fork(index));
  const weights = streams.map((stream) => Math.exp(0.4 * stream.normal()));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const digits = Math.max(3, String(count).length);
  return weights.map((weight, index) => {
    const city = index % CITIES.length;
    return {
      id: `${letter}${String(index + 1).padStart(digits, '0')}`,
      city,
      timeZone: TIME_ZONES[city]!,
      taxRate: TAX_RATES[city]!,
      phonePrefix: `+1 (${AREA_CODES[city]}) 555-`,
      deliveryFeeCents: [199, 249, 299, 349, 399][streams[index]!.int(5)]!,
      ordersPerDay: (weight / total) * ordersPerDay,
    };
  });
}

/** Of a store's order, counted from 0. */
export function orderIdOf({ id }: Store, number: number): string {
  return `${id}-${digits(number + 1)}`;
}

/** Of a store's customer, counted from 0. */
export function customerIdOf({ id }: Store, customer: number): string {
  return `C${id}-${digits(customer + 1)}`;
}

const THREE = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, '0'));

/** At least six digits, without the cost of padStart. */
function digits(number: number): string {
  if (number >= 1_000_000) return String(number);
  const thousands = Math.floor(number / 1000);
  return THREE[thousands]! + THREE[number - thousands * 1000]!;
}
