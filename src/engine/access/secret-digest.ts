/** What is kept of a secret that we made: it is 256 random bits, so no salt and no slow hash makes it harder to guess. */
import { createHash } from 'node:crypto';

export const secretDigest = (secret: string): Buffer =>
  createHash('sha256').update(secret).digest();
