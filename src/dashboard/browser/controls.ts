/** The levers, for whoever has the token: it comes in the address's fragment, which no server sees, or is typed. */
import { times } from '../../figures.js';
import type { ControlState } from '../shapes.js';
import { element, setText } from './dom.js';

/** Kept for this tab alone, until it is closed. */
const KEPT = 'eventmill-token';
const FACTOR_MIN = 1 / 64;
const FACTOR_MAX = 64;

const token = element('token') as HTMLInputElement;
const spec = element('spec') as HTMLInputElement;
const said = element('said');

export class Controls {
  #token = takeToken();
  #state: ControlState | null = null;
  /** What to go back to after a pause. */
  #before = 1;

  constructor() {
    element('unlock').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#token = token.value.trim();
      void this.#ask({}, 'Unlocked.');
    });
    element('own').addEventListener('submit', (event) => {
      event.preventDefault();
      // As on the command line, several are parted by blanks.
      void this.#ask({ faults: spec.value.trim().split(/\s+/) }, '');
    });
    element('levers').addEventListener('click', ({ target }) => {
      if (!(target instanceof HTMLButtonElement) || target.type === 'submit') return;
      const { rate, faults } = target.dataset;
      if (rate !== undefined) void this.#ask({ rateFactor: this.#factorFor(rate) }, '');
      if (faults !== undefined) void this.#ask({ faults: JSON.parse(faults) }, '');
    });
    if (this.#token !== '') void this.#ask({}, '');
  }

  /** Null: nothing can be changed now. */
  show(state: ControlState | null): void {
    this.#state = state;
    element('controls').hidden = state === null;
    if (state === null) return;
    const { rateFactor, turnable, faults } = state;
    if (rateFactor !== 0) this.#before = rateFactor;
    setText(element('factor'), factorText(rateFactor, turnable));
    const pause = document.querySelector<HTMLButtonElement>('[data-rate="pause"]')!;
    setText(pause, rateFactor === 0 ? 'Go on' : 'Pause');
    for (const button of document.querySelectorAll<HTMLButtonElement>('[data-rate]'))
      if (button !== pause) button.disabled = !turnable;
    element('faults').hidden = faults === null;
    if (faults === null) return;
    setText(element('fault'), faults.join(' ') || 'nothing');
    for (const button of document.querySelectorAll<HTMLElement>('[data-faults]')) {
      const pressed = String(button.dataset['faults'] === JSON.stringify(faults));
      if (button.getAttribute('aria-pressed') !== pressed) button.setAttribute('aria-pressed', pressed);
    }
  }

  #factorFor(lever: string): number {
    const now = this.#state?.rateFactor ?? 1;
    if (lever === 'pause') return now === 0 ? this.#before : 0;
    if (lever === 'reset') return 1;
    return Math.min(FACTOR_MAX, Math.max(FACTOR_MIN, (now || this.#before) * Number(lever)));
  }

  async #ask(wish: object, done: string): Promise<void> {
    try {
      const answer = await fetch('/control', {
        method: 'POST',
        headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
        body: JSON.stringify(wish),
      });
      if (answer.status === 401) this.#lock();
      else this.#unlock();
      say(answer.ok ? done : await answer.text(), !answer.ok);
    } catch {
      say('eventmill cannot be reached.', true);
    }
  }

  #lock(): void {
    this.#token = '';
    sessionStorage.removeItem(KEPT);
    element('unlock').hidden = false;
    element('levers').hidden = true;
  }

  #unlock(): void {
    sessionStorage.setItem(KEPT, this.#token);
    token.value = '';
    element('unlock').hidden = true;
    element('levers').hidden = false;
  }
}

function say(text: string, bad: boolean): void {
  said.textContent = text;
  said.classList.toggle('bad', bad);
}

function factorText(factor: number, turnable: boolean): string {
  if (factor === 0) return 'paused';
  if (!turnable) return 'as fast as it goes';
  return factor === 1 ? 'as configured' : `${times(factor)} as configured`;
}

/** From the address, which then forgets it, so that it is not shown to a class or kept in a bookmark. */
function takeToken(): string {
  const given = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (given === undefined) return sessionStorage.getItem(KEPT) ?? '';
  history.replaceState(null, '', location.pathname);
  return given;
}
