/**
 * Writes an object as JSON. The text of each object and list in it is kept for as long as these are, so that a
 * request that is changed in a field and written again costs little: the conversation in it is written once.
 */
const texts = new WeakMap<object, string>();

/** Same text as of `JSON.stringify`. Values inside of `body` must not be changed in place. Throws where they are nested too deeply. */
export function writeJson(body: Record<string, unknown>): string {
  const fields: string[] = [];
  for (const [name, value] of Object.entries(body)) {
    const text = textOf(value);
    if (text !== undefined) fields.push(`${JSON.stringify(name)}:${text}`);
  }
  return `{${fields.join(',')}}`;
}

function textOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value);
  texts.set(value, text);
  return text;
}
