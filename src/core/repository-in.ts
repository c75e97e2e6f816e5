/** Reads the repository of a delivery from its bytes, for its place in the queue; it proves nothing. */

const MARK = '"repository":{"id":';
/** The most digits of an id. */
const DIGITS = 16;

/** Returns null where there is no such field. A text can't hold it, because its quotes would be escaped. */
export function repositoryIn(body: Uint8Array & { indexOf(text: string): number }): number | null {
  const at = body.indexOf(MARK);
  if (at < 0) return null;
  const from = at + MARK.length;
  const text = String.fromCharCode(...body.subarray(from, from + DIGITS));
  const [digits] = /^\d+/.exec(text) ?? [];
  return digits === undefined ? null : Number(digits);
}
