/** The little that all parts of the page do with its elements. */

export function element(id: string): HTMLElement {
  return document.getElementById(id)!;
}

/** Only if it differs, so that selections, and those who are read to, are left alone. */
export function setText(of: HTMLElement, text: string): void {
  if (of.textContent !== text) of.textContent = text;
}

export function make(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.textContent = text;
  return made;
}
