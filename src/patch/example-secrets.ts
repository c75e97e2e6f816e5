/** Tells secrets from what only has their form: templates, placeholders and the samples of documentation. */
import { withoutHidden } from '../core/redaction/seen-text.ts';

/** A word of one case with a number at most; a random part of this length is none. */
const WORD = /^(?:[a-z]{1,14}|[A-Z]{1,14}|[A-Z][a-z]{1,13})?\d{0,4}$/;
/** The sample of jwt.io, however it is signed, and what providers write into theirs. */
const SAMPLE = /EXAMPLE|\.eyJzdWIiOiIxMjM0NTY3ODkw/;

/** Whether a token is made of words and of rows such as `xxxx` or `1234`. @foreign */
export const isMadeUp = (token: string): boolean =>
  SAMPLE.test(token) ||
  token.split(/[^A-Za-z0-9]+/).every(piece => WORD.test(piece) || isRow(piece));

/** Whether nearly each character is the one before it, or the next one. */
function isRow(piece: string): boolean {
  let steps = 0;
  for (let at = 1; at < piece.length; at += 1) {
    const step = piece.charCodeAt(at) - piece.charCodeAt(at - 1);
    if (step === 0 || step === 1) steps += 1;
  }
  return steps >= (piece.length - 1) * 0.75;
}

/** What a program or a person puts in later. */
const TEMPLATE =
  /^\*{2,}$|^[$:]\w+$|\{[^{}]*\}|<[^<>]*>|^%[a-z]$|^%\w+%$|^%\(\w+\)s$|\$\(|^\[\w+\]$|^\.{2,}$|^…$/;
/** Passwords that say that they are none, and those with which servers come. */
const PLACEHOLDER =
  /^(?:[-_.]|your|my|the|some|example|sample|test|dummy|fake|mock|changeme|change|replace|here|pass(?:word|wd|phrase)?|pwd|secret|token|key|api|access|auth|user(?:name)?|admin|root|guest|foo|bar|baz|default|local|dev|demo|redacted)+\d{0,4}$/i;

/** Whether the password of an address is none; one that is the name of its user is a server's first. @foreign */
export const isPlaceholder = (password: string, user: string): boolean =>
  password === user ||
  TEMPLATE.test(password) ||
  PLACEHOLDER.test(password.slice(0, 100)) ||
  isRow(password);

/** The least of a key: the shortest kind has so much in base64. */
const KEY = /[A-Za-z0-9+/=]{64}/;

/** Whether a key stands behind its head, which is named by many programs. @foreign */
export const isKey = (fromHead: string): boolean => KEY.test(withoutHidden(fromHead).text);
