/** What people read of a request to GitHub, without secrets: the last look before it is sent. */

/** Names and content of what is written, such as a branch or a file, are exact, and judged before. */
const READ_BY_PEOPLE = new Set([
  'body',
  'title',
  'output',
  'comments',
  'commit_title',
  'commit_message',
]);

/** Changes the request itself: whoever sends it holds this very object. */
export function redactTexts(
  request: Record<string, unknown>,
  redact: (text: string) => string,
): void {
  for (const [name, value] of Object.entries(request))
    if (READ_BY_PEOPLE.has(name) && value !== undefined && value !== null)
      request[name] = JSON.parse(redact(JSON.stringify(value)));
}
