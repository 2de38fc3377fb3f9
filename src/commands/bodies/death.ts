/** What died with a process, in a table and in words. */
import { count, milliseconds, plural } from '../../figures.js';
import { paragraph } from '../../paragraph.js';
import type { ProfileCounts } from '../../pulse.js';
import { type Column, type TableLook, table } from '../../table.js';

const COLUMNS: readonly Column[] = [
  { title: 'profile', align: 'left' },
  { title: 'made' },
  { title: 'acknowledged' },
  { title: 'in the buffer' },
  { title: 'the broker has' },
  { title: 'died with it' },
];

const LESSON =
  'What was acknowledged is safe. What was made and not acknowledged is only in the memory of the process, unless it had just ' +
  'reached the broker: in mode sync that is one record, in mode async as much as the buffer holds, and a program that ' +
  'has moved on does not know which.';

/** `storedOf` tells how many records of a profile the broker has; `ageMs`, how long before its end the process had counted last. */
export function tellDeath(
  profiles: readonly ProfileCounts[],
  storedOf: (name: string) => number,
  ageMs: number,
  look: TableLook,
): string {
  const rows = profiles.map((profile) => {
    const { name, made, acked, written, pending } = profile;
    const acknowledged = acked === 0 && written > 0 ? `none (${count(written)} written)` : count(acked);
    const stored = storedOf(name);
    return [name, made, acknowledged, pending, stored, Math.max(0, made - stored)].map((cell) =>
      typeof cell === 'string' ? cell : count(cell),
    );
  });
  const sentences = profiles.flatMap((profile) => sentencesOf(profile, storedOf(profile.name), ageMs));
  const lines = [...sentences, LESSON].map((text) => paragraph(text, Math.min(100, look.width ?? 100)));
  return `${table(COLUMNS, rows, look)}\n${lines.join('\n')}\n`;
}

function sentencesOf(
  { name, made, acked, written, pending }: ProfileCounts,
  stored: number,
  ageMs: number,
): string[] {
  const sure = acked + written;
  const sentences: string[] = [];
  if (stored > made) {
    const more = plural(stored - made, 'record');
    sentences.push(
      `${name}: the broker has ${more} more than were counted: made in the ${milliseconds(ageMs)} after the last count, or stored twice.`,
    );
  } else if (stored >= sure) {
    const died = made - stored;
    const arrived = stored - sure;
    const half = arrived > 0 ? `; ${count(arrived)} had reached the broker, and nobody was told` : '';
    const rest =
      died > 0 ? `${plural(died, 'record')} died with the process` : 'nothing died with the process';
    const held = `${plural(pending, 'record')} ${pending === 1 ? 'was' : 'were'} in the buffer`;
    // What was made since nobody has counted, and it died, too.
    const since = ageMs > 0 ? ` of those counted by then` : '';
    sentences.push(`${name}: ${held} ${when(ageMs)}${half}; ${rest}${since}.`);
  } else {
    const what = written > 0 ? 'were written' : 'were acknowledged';
    const lost = plural(sure - stored, 'record');
    sentences.push(
      `${name}: ${count(sure)} ${what}, and the broker has ${count(stored)}: ${lost} lost on the way or there.`,
    );
  }
  return sentences;
}

/** The counts are those of the last time that the process wrote them down. */
function when(ageMs: number): string {
  return ageMs > 0 ? `${milliseconds(ageMs)} before it was killed` : 'when it was killed';
}
