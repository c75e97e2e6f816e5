/** Where anchors of the log are kept, and whose signature they bear. */
import type { Anchor } from '../../core/checkpoint/anchor.ts';

export type Signing = {
  sign(anchor: Omit<Anchor, 'signature'>): Anchor;
  /** Whether our key made the signature. */
  isOurs(anchor: Anchor): boolean;
};

export type Anchors = Signing & {
  /** Appends to our file of anchors, and waits until the disk has it. */
  keep(anchor: Anchor): Promise<void>;
};
