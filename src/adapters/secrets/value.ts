/** What a secret's value must be: one line of plain ASCII, long enough to be found in logs and taken out of them. */
import { LONGEST_SECRET, SecretUnavailable, SHORTEST_SECRET } from '../../engine/ports/secrets.ts';

/** Enough for the longest one and its line's end. */
export const MOST_BYTES = LONGEST_SECRET + 2;

/** The secret in a text; throws where it is none. `where`: the place it comes from, for people. */
export function secretIn(text: string, where: string): string {
  // Blanks and quotes around it are no part of it, and neither is the mark that some editors begin a file with.
  const value = text
    .replace(/^\xef\xbb\xbf/, '')
    .trim()
    .replace(/^"([^"]*)"$|^'([^']*)'$/, '$1$2');
  const refuse = (problem: string, remediation: string): never => {
    throw new SecretUnavailable(`${where} ${problem}`, remediation);
  };
  if (value.trim() === '') refuse('holds nothing', 'Put the secret there.');
  if (value.length < SHORTEST_SECRET)
    refuse(`holds fewer than ${SHORTEST_SECRET} characters`, 'Put the whole secret there.');
  if (value.length > LONGEST_SECRET)
    refuse(`holds more than ${LONGEST_SECRET} characters`, 'Let it give the secret and no more.');
  if (isJson(value))
    refuse('holds JSON, of which the secret is a part', 'Let a command take it out, such as jq.');
  if (/[\r\n]/.test(value))
    refuse('holds more than one line', 'Let it give the secret and no more.');
  // It is sent as a header of HTTP, which takes nothing else.
  if (!/^[\x20-\x7e]+$/.test(value))
    refuse('holds a character that is not plain ASCII', 'Let it give the secret and no more.');
  return value;
}

/** Whether it is JSON that holds a text: a password may begin with a bracket as well. */
function isJson(value: string): boolean {
  if (!/^[{[]/.test(value) || !value.includes('"')) return false;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}
