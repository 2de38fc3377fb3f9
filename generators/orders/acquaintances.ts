/** Customers as people: name, telephone and address, all from the customer's own hash. */
import type { Customers } from './customers.js';
import { PEOPLE } from './people.js';
import type { Customer } from './shop-event.js';
import { POSTAL_CODES_PER_CITY, type Store } from './stores.js';

export class Acquaintances {
  readonly #stores: readonly Store[];
  readonly #customers: Customers;

  constructor(stores: readonly Store[], customers: Customers) {
    this.#stores = stores;
    this.#customers = customers;
  }

  /** Says who a store's customer is, who lives in the store's city. */
  introduce(index: number, number: number, into: Customer): void {
    const store = this.#stores[index]!;
    const hash = this.#customers.hash(index, number, 1);
    into.name = hash & (PEOPLE - 1);
    into.address = (hash >>> 16) & (PEOPLE - 1);
    const more = this.#customers.hash(index, number, 2);
    into.phone = store.phonePrefix + LAST_FOUR[more % 10_000]!;
    into.city = store.city;
    into.state = store.city;
    into.postalCode = store.city * POSTAL_CODES_PER_CITY + ((more >>> 24) % POSTAL_CODES_PER_CITY);
  }
}

const LAST_FOUR = Array.from({ length: 10_000 }, (_, number) => String(number).padStart(4, '0'));
