/** Several bytes in one store: a buffer's DataView, made once and kept with it. */

const VIEW = Symbol('view');

interface Viewed extends Buffer {
  [VIEW]?: DataView;
}

/**
 * The view of a buffer's own bytes. It stays with the buffer, since a new one per record would cost more than it saves.
 */
export function viewOf(buffer: Buffer): DataView {
  const view = (buffer as Viewed)[VIEW];
  return view === undefined ? keepView(buffer) : view;
}

/** Nothing beyond the end, where a store would be ignored, but make all that follow it at that place many times slower. */
export function putByte(buffer: Buffer, at: number, byte: number): void {
  if (at < buffer.length) buffer[at] = byte;
}

function keepView(buffer: Viewed): DataView {
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  buffer[VIEW] = view;
  return view;
}
