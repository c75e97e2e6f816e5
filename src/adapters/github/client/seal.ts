/**
 * Seals a token, so that who reads the database can't use it: AES-256-GCM, with a key that is derived from
 * the App's private key. Every process has that key already, and the database never does.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  hkdfSync,
  randomBytes,
} from 'node:crypto';
import type { Seal } from '../../../engine/ports/seal.ts';

const CIPHER = 'aes-256-gcm';
const NONCE = 12;
const TAG = 16;

/** `privateKey`: PEM. However it is written, one key seals alike. */
export function createSeal(privateKey: string): Seal {
  const secret = createPrivateKey(privateKey).export({ type: 'pkcs8', format: 'der' });
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'gatehouse sealed token v1', 32));
  return {
    seal(token, about) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(about));
      const text = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), text]);
    },
    open(sealed, about) {
      try {
        const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE), {
          authTagLength: TAG,
        });
        decipher.setAAD(Buffer.from(about)).setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
        const text = [decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()];
        return Buffer.concat(text).toString('utf8');
      } catch {
        return null;
      }
    },
  };
}
