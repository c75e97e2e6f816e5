/** Data → the one JSON text of it: keys in order, so that a digest of it says what was decided on. */
export function canonicalJson(data: unknown): string {
  if (Array.isArray(data)) return `[${data.map(canonicalJson).join(',')}]`;
  if (typeof data !== 'object' || data === null) return JSON.stringify(data) ?? 'null';
  const values = data as Record<string, unknown>;
  const members = Object.keys(values)
    .filter(key => values[key] !== undefined)
    .sort()
    .map(key => `${JSON.stringify(key)}:${canonicalJson(values[key])}`);
  return `{${members.join(',')}}`;
}
