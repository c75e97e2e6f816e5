/** Machine tokens: made, and recognised. `gatehouse_<id>_<secret>`: of the secret only a digest is kept. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { MachineToken, MachineTokens } from './ports/machine-tokens.ts';

const FORM = /^gatehouse_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

/** `digest`: what of it is kept. */
export function newToken(): { id: string; text: string; digest: Buffer } {
  const id = randomBytes(6).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  return { id, text: `gatehouse_${id}_${secret}`, digest: digestOf(secret) };
}

/** `null`: it is no token, it is unknown, revoked or expired, or its secret is another one. */
export async function recognise(
  machineTokens: Pick<MachineTokens, 'find' | 'used'>,
  text: string,
): Promise<MachineToken | null> {
  const [, id, secret] = FORM.exec(text) ?? [];
  if (id === undefined || secret === undefined) return null;
  const found = await machineTokens.find(id);
  if (found === null || !timingSafeEqual(found.digest, digestOf(secret))) return null;
  await machineTokens.used(id);
  const { digest: _, ...token } = found;
  return token;
}

/** The secret is 256 random bits: no salt and no slow hash makes it harder to guess. */
const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
