/** Signs anchors with a key that the database does not hold. */
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { Anchor } from '../../core/checkpoint/anchor.ts';
import { canonical } from '../chain.ts';
import type { Signing } from '../ports/anchors.ts';

/** `key`: private, RSA or Ed25519. */
export const createSigning = (key: KeyObject): Signing => ({
  sign: anchor => ({
    ...anchor,
    signature: sign(algorithmOf(key), textOf(anchor), key).toString('base64'),
  }),
  isOurs: isSignedBy(createPublicKey(key)),
});

/** Whether the owner of this public key signed an anchor. */
export const isSignedBy =
  (key: KeyObject): Signing['isOurs'] =>
  anchor =>
    verify(algorithmOf(key), textOf(anchor), key, Buffer.from(anchor.signature, 'base64'));

const algorithmOf = ({ asymmetricKeyType }: KeyObject): string | null =>
  asymmetricKeyType === 'rsa' ? 'sha256' : null;

const textOf = (anchor: Omit<Anchor, 'signature'>): Buffer =>
  Buffer.from(canonical({ ...anchor, signature: undefined }));
