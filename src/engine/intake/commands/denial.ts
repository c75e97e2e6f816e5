/** What stands after `/agent deny`: what it is about, and why. */

/** Of several things that wait, a denial is about the one whose capsule it begins with. */
export function denialIn(text: string): { names: string; reason: string } {
  const [, names = '', reason = ''] = /^([0-9a-f]{12})(?:\s+([\s\S]*))?$/.exec(text) ?? [];
  return names === '' ? { names, reason: text } : { names, reason };
}
