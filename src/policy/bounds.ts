/** How much the policies of others may ask of the engine: each question evaluates all that concern it. */
import { isObject, type Json } from './expression.ts';
import type { Policy } from './policy.ts';

/** Terms of conditions: operators, values, attributes. Some thousand take a millisecond. */
const MOST_TERMS = 5_000;
/** Characters of all patterns: matching one takes time by its length times that of the text. */
const LONGEST_PATTERNS = 2_000;

/** Says what is too much; `null` where nothing is. */
export function boundsMet(policies: readonly Policy[]): string | null {
  let terms = 0;
  let patterns = 0;
  const visit = (json: Json): void => {
    terms += 1;
    if (Array.isArray(json)) return json.forEach(visit);
    if (!isObject(json)) return;
    for (const [key, value] of Object.entries(json)) {
      // A pattern is a list of its characters.
      if (key === 'pattern' && Array.isArray(value)) patterns += value.length;
      else visit(value);
    }
  };
  for (const { json } of policies) visit(json.conditions as unknown as Json);
  if (terms > MOST_TERMS)
    return `the conditions have ${terms} terms; at most ${MOST_TERMS} are allowed`;
  return patterns > LONGEST_PATTERNS
    ? `the patterns of \`like\` have ${patterns} characters; at most ${LONGEST_PATTERNS} are allowed`
    : null;
}
