import { defineGenerator } from 'eventmill';

/** Parking meters: an event when a car comes, and one when it goes. */
export default defineGenerator({
  doc: 'cars coming to parking meters and leaving them',
  topic: 'parking',
  options: { meters: { doc: 'how many meters there are', type: 'integer', default: 50, min: 1 } },
  create({ options, random }) {
    const taken = new Array<boolean>(Number(options['meters'])).fill(false);
    return {
      next(dueAt) {
        const meter = random.int(taken.length);
        taken[meter] = !taken[meter];
        const timestamp = Math.floor(dueAt);
        return {
          key: `meter-${meter}`,
          value: { meter, type: taken[meter] ? 'arrived' : 'left', timestamp },
          timestamp,
        };
      },
    };
  },
});
