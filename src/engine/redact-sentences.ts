/**
 * Redacts the sentences of people and agents in every event before it is stored. Names, paths and digests
 * are kept as they are, because Gatehouse acts on them.
 */

/** The fields of events that hold sentences. */
const SENTENCE_FIELDS = new Set([
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

/** A copy of the data, as JSON holds it, with its sentences redacted. */
export const withSentencesRedacted = <D>(data: D, redact: (text: string) => string): D =>
  JSON.parse(JSON.stringify(data), (name: string, value: unknown) =>
    SENTENCE_FIELDS.has(name) ? JSON.parse(redact(JSON.stringify(value))) : value,
  );
