/** What is written to Claude Code: the prompt, and the answers to what it asks. */

/** One line each; JSON writes line breaks inside texts as escapes. */
const lineOf = (message: unknown): string => `${JSON.stringify(message)}\n`;

/** A prompt that began with a slash would be taken as a command, and not be sent to the model. */
export function userMessage(prompt: string): string {
  const content = prompt.trimStart().startsWith('/') ? `The task:\n\n${prompt}` : prompt;
  return lineOf({ type: 'user', message: { role: 'user', content } });
}

const succeeded = (id: string, response: unknown): string =>
  lineOf({ type: 'control_response', response: { subtype: 'success', request_id: id, response } });

/** The call goes on with exactly the input that was judged. */
export const allow = (id: string, input: Record<string, unknown>): string =>
  succeeded(id, { behavior: 'allow', updatedInput: input });

/** The agent reads why, and goes on without the call. */
export const deny = (id: string, message: string): string =>
  succeeded(id, { behavior: 'deny', message, interrupt: false });

export const refuse = (id: string, error: string): string =>
  lineOf({ type: 'control_response', response: { subtype: 'error', request_id: id, error } });
