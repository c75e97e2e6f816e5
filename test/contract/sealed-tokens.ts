/** The contract of every store of sealed tokens: of several at once, one stands for all. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SealedTokens } from '../../src/engine/ports/sealed-tokens.ts';

let last = Date.now();
const token = () => ({ sealed: randomBytes(40), expiresAt: new Date('2026-01-01T01:00:00Z') });

export function sealedTokensContract(
  name: string,
  open: () => Promise<{ sealedTokens: SealedTokens; close(): Promise<void> }>,
): void {
  describe(`sealed tokens: ${name}`, () => {
    let tokens: SealedTokens;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ sealedTokens: tokens, close } = await open());
    });
    afterAll(() => close());

    test('is none until one is kept, and is each installation’s own', async () => {
      const installation = ++last;
      expect(await tokens.find(installation)).toBeNull();
      const one = token();
      expect(await tokens.keep(installation, one, null)).toEqual(one);
      expect(await tokens.find(installation)).toEqual(one);
      expect(await tokens.find(++last)).toBeNull();
    });

    test('of several at once one stands, and all are told which', async () => {
      const installation = ++last;
      const kept = await Promise.all(
        Array.from({ length: 10 }, () => tokens.keep(installation, token(), null)),
      );
      const stands = await tokens.find(installation);
      expect(stands).not.toBeNull();
      for (const told of kept) expect(told).toEqual(stands);
    });

    test('replaces the one that it is meant to, and no other', async () => {
      const installation = ++last;
      const [first, second, late] = [token(), token(), token()];
      await tokens.keep(installation, first, null);
      expect(await tokens.keep(installation, second, first.sealed)).toEqual(second);
      expect(await tokens.keep(installation, late, first.sealed)).toEqual(second);
    });

    test('is none once it is forgotten', async () => {
      const installation = ++last;
      await tokens.keep(installation, token(), null);
      await tokens.forget(installation);
      expect(await tokens.find(installation)).toBeNull();
    });
  });
}
