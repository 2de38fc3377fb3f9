/** Money in whole cents, and how people pay. */
import { aliasTable } from '../../src/alias.js';
import type { Random } from '../../src/types.js';

export const PAYMENTS = ['card', 'wallet', 'cash', 'gift_card'] as const;
export const CASH = 2;
export const PAYMENT_SHARES = [0.5, 0.31, 0.13, 0.06];

/** A tax rate is in 1/1000 %; half a cent is rounded up, once per order. */
export function taxOn(cents: number, rate: number): number {
  return Math.floor((cents * rate + 50_000) / 100_000);
}

/** Whole per cent of an amount, half a cent rounded up. */
export function percentOf(cents: number, percent: number): number {
  return Math.floor((cents * percent + 50) / 100);
}

/** A tip on an amount: about a sixth of it, often rounded to whole dollars. */
export function tipOn(cents: number, random: Random): number {
  const percent = Math.min(40, Math.max(4, 16 + 5.5 * random.normal()));
  const tip = Math.max(1, Math.round((cents * percent) / 100));
  return random.float() < 0.36 ? Math.max(100, Math.round(tip / 100) * 100) : tip;
}

interface Coupon {
  readonly code: string;
  readonly share: number;
  readonly percent: number;
  readonly cents: number;
  readonly subtotalCentsMin: number;
}

const COUPONS: readonly Coupon[] = [
  { code: 'WELCOME10', share: 0.1, percent: 10, cents: 0, subtotalCentsMin: 0 },
  { code: 'FAMILY15', share: 0.12, percent: 15, cents: 0, subtotalCentsMin: 3000 },
  { code: 'FIVEOFF', share: 0.09, percent: 0, cents: 500, subtotalCentsMin: 2000 },
  { code: 'APP20', share: 0.05, percent: 20, cents: 0, subtotalCentsMin: 1500 },
];
export const COUPON_CODES = COUPONS.map(({ code }) => code);
const COUPON_TABLE = aliasTable([
  1 - COUPONS.reduce((sum, { share }) => sum + share, 0),
  ...COUPONS.map(({ share }) => share),
]);

/** A coupon's code that the subtotal allows; −1 for none. */
export function pickCoupon(subtotalCents: number, random: Random): number {
  const coupon = COUPON_TABLE.pick(random) - 1;
  return coupon >= 0 && subtotalCents >= COUPONS[coupon]!.subtotalCentsMin ? coupon : -1;
}

/** What a coupon takes off. */
export function discountOf(coupon: number, subtotalCents: number): number {
  if (coupon < 0) return 0;
  const { percent, cents } = COUPONS[coupon]!;
  return percent > 0 ? percentOf(subtotalCents, percent) : Math.min(cents, subtotalCents);
}
