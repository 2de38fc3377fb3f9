import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TimeHeap } from '../../../generators/model/heap.js';

it('gives times in order, equal ones by id, through pushes, pops and delays', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 2 })), { maxLength: 200 }),
      (steps) => {
        const heap = new TimeHeap(1);
        let model: [time: number, id: number][] = [];
        steps.forEach(([time, action], id) => {
          if (action === 0 || model.length === 0) {
            heap.push(time, id);
            model.push([time, id]);
          } else if (action === 1) {
            heap.pop();
            model = model.slice(1);
          } else {
            const [[top, topId]] = model as [[number, number]];
            heap.delayTop(top + time);
            model[0] = [top + time, topId];
          }
          model.sort(([a, x], [b, y]) => a - b || x - y);
          expect(heap.size).toBe(model.length);
          expect(heap.topTime).toBe(model[0]?.[0] ?? Infinity);
          if (model.length > 0) expect(heap.topId).toBe(model[0]![1]);
        });
      },
    ),
  );
});
