/**
 * Finds secrets in a text, by their shape or because they are ours, and replaces them. A JSON text
 * stays a JSON text: no pattern matches a quote or half an escape, and no replacement contains one.
 */

/** A text that does not match `hint` is not searched for `pattern`: a look-behind at every place is slow. */
type Shape = { kind: string; pattern: RegExp; hint?: RegExp };

/** A pattern that does not begin inside a word; in JSON a word may begin right after an escape such as `\\n`. */
const standing = (body: string): RegExp =>
  new RegExp(`(?:(?<![A-Za-z0-9_-])|(?<=\\\\(?:[nrtbf]|u[0-9a-f]{4})))${body}`, 'g');

const SHAPES: Shape[] = [
  {
    kind: 'private key',
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----[^"]{0,20000}?-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g,
  },
  {
    // A key that was cut before its end.
    kind: 'private key',
    pattern: /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:\\[nr]|[\r\nA-Za-z0-9+/=])*/g,
  },
  // Installation tokens are `ghs_` and 36 characters, or `ghs_<App id>_<JWT>`, about 520 of them.
  { kind: 'GitHub token', pattern: /ghs_\d{1,20}_[A-Za-z0-9_.-]{20,}/g },
  { kind: 'GitHub token', pattern: /gh[oprsu]_[A-Za-z0-9]{30,}/g },
  { kind: 'GitHub token', pattern: /github_pat_[A-Za-z0-9_]{22,}/g },
  { kind: 'Google key', pattern: /AIza[A-Za-z0-9_-]{35}/g },
  { kind: 'API key', pattern: standing('sk-(?=[A-Za-z_-]*\\d)[A-Za-z0-9_-]{20,}') },
  { kind: 'Slack token', pattern: /xox[a-z]-[A-Za-z0-9-]{10,}/g },
  { kind: 'npm token', pattern: standing('npm_[A-Za-z0-9]{36}') },
  { kind: 'GitLab token', pattern: /glpat-[A-Za-z0-9_-]{20,}/g },
  { kind: 'Stripe key', pattern: standing('[rs]k_live_[A-Za-z0-9]{16,}') },
  { kind: 'AWS key', pattern: standing('(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\\b') },
  {
    kind: 'AWS secret',
    hint: /aws_secret_access_key/i,
    pattern: /(?<=aws_secret_access_key\\?["']?\s{0,3}[=:]\s{0,3}\\?["']?)[A-Za-z0-9/+]{40}\b/gi,
  },
  {
    kind: 'JSON web token',
    pattern: /eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g,
  },
  {
    kind: 'credential',
    hint: /authorization/i,
    pattern:
      /(?<=authorization\\?["']?\s{0,3}[:=]\s{0,3}\\?["']?(?:bearer|basic|token)\s{1,3})[A-Za-z0-9._~+/=-]{8,}/gi,
  },
  // The password of a URL.
  {
    kind: 'credential',
    hint: /https?:\/\//,
    pattern: /(?<=\bhttps?:\/\/[^\s:@/"\\]{1,100}:)[^\s@/"\\]{3,1000}(?=@)/g,
  },
];

/** A shorter secret of ours is not searched for: it would match ordinary text. */
const SHORTEST = 8;

export type FoundSecret = { kind: string; start: number; end: number };

/** The places of secrets, in order and without overlap. `ours`: secrets that are known by their value. */
export function secretsIn(text: string, ours: readonly string[] = []): FoundSecret[] {
  const found: FoundSecret[] = [];
  for (const { kind, pattern, hint } of SHAPES) {
    if (hint && !hint.test(text)) continue;
    for (const match of text.matchAll(pattern))
      found.push({ kind, start: match.index, end: match.index + match[0].length });
  }
  for (const value of new Set(ours.flatMap(spellings)))
    for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length))
      found.push({ kind: 'secret', start: at, end: at + value.length });
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  let reached = 0;
  return found.flatMap(secret => {
    if (secret.end <= reached) return [];
    const kept = { ...secret, start: Math.max(secret.start, reached) };
    reached = secret.end;
    return [kept];
  });
}

/** The text with every secret replaced by its kind. */
export function redact(text: string, ours: readonly string[] = []): string {
  let result = '';
  let from = 0;
  for (const { kind, start, end } of secretsIn(text, ours)) {
    result += `${text.slice(from, start)}[redacted: ${kind}]`;
    from = end;
  }
  return result + text.slice(from);
}

/** The value as it is written plainly, in JSON and in a URL. */
function spellings(value: string): string[] {
  if (value.length < SHORTEST) return [];
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)];
}
