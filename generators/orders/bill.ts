/** What an order costs, line by line, and who is told to pay it. */

import type { Random } from '../../src/types.js';
import { discountOf, pickCoupon, taxOn } from './money.js';
import type { ShopEvent } from './shop-event.js';

/** Draws a coupon and fills all that is to be paid; returns the total, cents. */
export function charge(
  value: ShopEvent,
  bill: { subtotalCents: number; feeCents: number; tipCents: number; taxRate: number },
  random: Random,
): number {
  const { subtotalCents, feeCents, tipCents, taxRate } = bill;
  const coupon = pickCoupon(subtotalCents, random);
  const discountCents = discountOf(coupon, subtotalCents);
  const taxCents = taxOn(subtotalCents - discountCents, taxRate);
  const totalCents = subtotalCents - discountCents + feeCents + taxCents + tipCents;
  value.subtotalCents = subtotalCents;
  value.couponCode = coupon;
  value.discountCents = discountCents;
  value.deliveryFeeCents = feeCents;
  value.taxCents = taxCents;
  value.tipCents = tipCents;
  value.taxRate = taxRate;
  value.totalCents = totalCents;
  return totalCents;
}
