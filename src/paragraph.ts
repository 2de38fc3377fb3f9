/** Text broken into lines at blanks, for a given width. */

/** `text` in lines of at most `width` characters (longer words stand alone), all but the first behind `indent` blanks. */
export function paragraph(text: string, width: number, indent = 0): string {
  const room = Math.max(20, width - indent);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
}
