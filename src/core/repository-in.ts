/** The repository that a delivery is about, read from its bytes: enough to put it in a line, and no proof. */

const MARK = '"repository":{"id":';
/** An id has at most so many digits. */
const DIGITS = 16;

/** Null where GitHub writes it in another way, or the delivery is about none. A quote inside a text is escaped. */
export function repositoryIn(body: Uint8Array & { indexOf(text: string): number }): number | null {
  const at = body.indexOf(MARK);
  if (at < 0) return null;
  const from = at + MARK.length;
  const text = String.fromCharCode(...body.subarray(from, from + DIGITS));
  const [digits] = /^\d+/.exec(text) ?? [];
  return digits === undefined ? null : Number(digits);
}
