/** The App's private key, as it is given. */
import { createPrivateKey } from 'node:crypto';

/**
 * The RSA key in PEM form, as GitHub's are; `null` where it is none. The parser's own message may quote
 * the key, so it is not passed on. A key is refused only at the second look: an error that an earlier
 * operation of the process left in OpenSSL's queue fails the next one, whatever it is given.
 */
export function readRsaKey(text: string): string | null {
  const pem = pemIn(text);
  for (let look = 1; look <= 2; look += 1)
    try {
      return createPrivateKey(pem).asymmetricKeyType === 'rsa' ? pem : null;
    } catch {}
  return null;
}

/** Variables hold it in many ways: with blanks or `\n` in place of line ends, or as a whole in base64. */
function pemIn(text: string): string {
  const plain = text.includes('-----BEGIN ') ? text : Buffer.from(text, 'base64').toString();
  const lined = plain.replaceAll('\\n', '\n');
  const begin = /-----BEGIN ([A-Z ]{1,40})-----/.exec(lined);
  if (!begin) return text;
  const [opening, kind] = begin;
  const closing = `-----END ${kind}-----`;
  const from = begin.index + opening.length;
  const to = lined.indexOf(closing, from);
  if (to < 0) return text;
  const lines = lined
    .slice(from, to)
    .replaceAll(/\s/g, '')
    .replaceAll(/.{64}(?=.)/g, '$&\n');
  return `${opening}\n${lines}\n${closing}\n`;
}
