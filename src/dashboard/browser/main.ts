/** The page at work: listens to the run, and hands each frame to the parts of the page. */
import type { Frame, Hello, Text } from '../shapes.js';
import { Controls } from './controls.js';
import { element, setText } from './dom.js';
import { showEvents } from './events.js';
import { showFates } from './fates.js';
import { LiveCharts } from './live-charts.js';

const connection = element('connection');
const hold = element('hold');
const controls = new Controls();
let charts: LiveCharts | undefined;
let run = document.body.dataset['run'];
/** The display is held: the run goes on, and what it tells is kept for later. */
let held: { hello?: Hello; frames: Frame[] } | undefined;

function greet(hello: Hello): void {
  if (held !== undefined) {
    held = { hello, frames: [] };
    return;
  }
  if (hello.run !== run) {
    for (const [id, html] of Object.entries(hello.html)) element(id).innerHTML = html;
    run = hello.run;
    charts?.close();
    charts = undefined;
  }
  for (const id of ['charts', 'events', 'hold']) element(id).hidden = false;
  charts ??= new LiveCharts(hello.profiles);
  charts.begin(hello.history);
  // Its events may have been shown before.
  show({ ...hello.frame, events: [] }, hello.profiles);
}

function show(frame: Frame, profiles: readonly string[]): void {
  setText(element('status'), frame.status);
  showRows(frame.rows);
  showAccounts(frame.accounts);
  showFates(profiles, frame.fates);
  showEvents(frame.events);
  controls.show(frame.controls);
}

function showRows(rows: Frame['rows']): void {
  const shown = document.querySelectorAll('#profiles tbody tr');
  for (const [at, row] of rows.entries()) {
    const cells = shown[at]?.querySelectorAll('td') ?? [];
    for (const [column, cell] of [...cells].entries()) put(cell, row[column]!);
  }
}

function showAccounts(lines: readonly Text[]): void {
  const accounts = element('accounts');
  while (accounts.children.length < lines.length) accounts.append(document.createElement('p'));
  while (accounts.children.length > lines.length) accounts.lastElementChild!.remove();
  for (const [at, line] of lines.entries()) put(accounts.children[at] as HTMLElement, line);
}

function put(where: HTMLElement, { text, bad }: Text): void {
  setText(where, text);
  if (where.classList.contains('bad') !== bad) where.classList.toggle('bad', bad);
}

// ---------------------------------------------------------------- listening

let source: EventSource | undefined;
let profiles: readonly string[] = [];

function listen(): void {
  source?.close();
  source = new EventSource('/live');
  source.addEventListener('hello', ({ data }) => {
    const hello = JSON.parse(data) as Hello;
    profiles = hello.profiles;
    greet(hello);
    if (held === undefined) setText(connection, 'Live.');
  });
  source.addEventListener('frame', ({ data }) => {
    const frame = JSON.parse(data) as Frame;
    if (held !== undefined) {
      held.frames = [...held.frames.slice(-599), frame];
      return;
    }
    charts?.add(frame.moment);
    show(frame, profiles);
  });
  source.addEventListener('error', () => {
    setText(connection, 'eventmill has ended or cannot be reached; these are the last figures.');
    controls.show(null);
    // A browser comes again by itself when a stream breaks, but not when it was refused.
    if (source?.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  });
}

hold.addEventListener('click', () => {
  const kept = held;
  held = kept === undefined ? { frames: [] } : undefined;
  hold.setAttribute('aria-pressed', String(kept === undefined));
  setText(connection, kept === undefined ? 'Held: the run goes on, the display does not.' : 'Live.');
  if (kept === undefined) return;
  if (kept.hello !== undefined) greet(kept.hello);
  for (const frame of kept.frames) charts?.add(frame.moment);
  const last = kept.frames.at(-1);
  if (last !== undefined) show(last, profiles);
});

// Who does not look should cost nothing.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) source?.close();
  else listen();
});

listen();
