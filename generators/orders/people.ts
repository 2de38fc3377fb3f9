/** Names of people and streets, filled at creation and only picked from afterwards. The one importer of faker. */
import { faker } from '@faker-js/faker/locale/en';
import type { Random } from '../../src/types.js';

/** Entries of each table: a power of two, so that bits of a hash pick one. */
export const PEOPLE = 8192;

export interface People {
  readonly names: readonly string[];
  readonly addresses: readonly string[];
}

export function createPeople(random: Random): People {
  // Faker's own generator is global: it is seeded, used and left within this function, which nothing interrupts.
  faker.seed(random.uint32());
  const first = Array.from({ length: 500 }, () => faker.person.firstName());
  const last = Array.from({ length: 700 }, () => faker.person.lastName());
  const streets = Array.from({ length: 500 }, () => faker.location.street());
  const pick = (from: readonly string[]): string => from[random.int(from.length)]!;
  return {
    names: Array.from({ length: PEOPLE }, () => `${pick(first)} ${pick(last)}`),
    addresses: Array.from(
      { length: PEOPLE },
      () => `${1 + Math.floor(180 * random.exponential())} ${pick(streets)}`,
    ),
  };
}
