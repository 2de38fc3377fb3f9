/** A text that stays hidden wherever a value may be printed by accident. */
import { inspect } from 'node:util';
import type { Secret } from '../types.js';

const SHOWN = '[hidden]';

class Hidden implements Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}

export function secret(text: string): Secret {
  return new Hidden(text);
}
