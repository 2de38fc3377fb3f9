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

function keepView(buffer: Viewed): DataView {
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  buffer[VIEW] = view;
  return view;
}
