/**
 * What people and agents wrote, in what an event says: it is kept without secrets, whatever wrote the
 * event. Names, paths and digests are exact, because Gatehouse acts on them.
 */

/** The fields of events that hold sentences. */
const PROSE = new Set([
  'body',
  'detail',
  'instructions',
  'message',
  'notes',
  'problem',
  'reason',
  'reasons',
  'summary',
  'text',
  'title',
]);

/** The data as JSON has it, with its prose redacted. */
export const withProseRedacted = <D>(data: D, redact: (text: string) => string): D =>
  JSON.parse(JSON.stringify(data), (name: string, value: unknown) =>
    PROSE.has(name) ? JSON.parse(redact(JSON.stringify(value))) : value,
  );
