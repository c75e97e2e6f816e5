/** The App's private key, as it is given. */
import { createPrivateKey } from 'node:crypto';

/**
 * Whether it is an RSA key in PEM form, as GitHub's are. The parser's own message may quote the key, so
 * it is not passed on. A key is refused only at the second look: an error that an earlier operation of
 * the process left in OpenSSL's queue fails the next one, whatever it is given.
 */
export function isRsaKey(text: string): boolean {
  for (let look = 1; look <= 2; look += 1)
    try {
      return createPrivateKey(text).asymmetricKeyType === 'rsa';
    } catch {}
  return false;
}
