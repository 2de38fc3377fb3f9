/** The events as they are made: a sample, newest first. */
import type { ShownEvent } from '../shapes.js';
import { element, make } from './dom.js';

const SHOWN_MAX = 40;

const list = element('sample');

export function showEvents(events: readonly ShownEvent[]): void {
  list.prepend(...events.map(item).reverse());
  while (list.children.length > SHOWN_MAX) list.lastElementChild!.remove();
}

function item({ topic, partition, key, value, timestamp }: ShownEvent): HTMLElement {
  const time = new Date(timestamp).toISOString().slice(11, 23);
  const made = make('li', '');
  made.append(
    make('span', 'soft', `${time} ${topic}/${partition} `),
    make('b', '', key ?? 'no key'),
    make('code', '', value),
  );
  return made;
}
