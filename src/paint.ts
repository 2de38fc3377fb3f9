/** Colours on a terminal; the only importer of picocolors. Whoever paints pads first, so that widths stay what they look like. */
import picocolors from 'picocolors';

export type Paint = ReturnType<typeof picocolors.createColors>;

/** With `color` false every function returns its text as it is. */
export function paintWith(color: boolean): Paint {
  return picocolors.createColors(color);
}

/** What decides on colours: the flag, https://no-color.org, and whether anybody is looking at a terminal. */
export function wantsColor(
  output: { readonly isTTY?: boolean },
  environment: Readonly<{ [name: string]: string | undefined }>,
  flag: boolean,
): boolean {
  if (!flag || (environment['NO_COLOR'] ?? '') !== '') return false;
  const forced = environment['FORCE_COLOR'] ?? '';
  if (forced !== '') return forced !== '0';
  return output.isTTY === true && environment['TERM'] !== 'dumb';
}
