import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createOwnSealedTokens } from '../../../../src/adapters/github/client/own-sealed-tokens.ts';
import { createReadTokens } from '../../../../src/adapters/github/client/read-tokens.ts';
import { createSeal } from '../../../../src/adapters/github/client/seal.ts';

const keyPem = (type: 'pkcs1' | 'pkcs8' = 'pkcs8') =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type, format: 'pem' });
const KEY = String(keyPem());
const MINUTE = 60_000;

/** Processes that share what is kept, and a GitHub that counts the tokens which it makes. */
function processes() {
  const kept = createOwnSealedTokens();
  const clock = { now: 0 };
  const made: string[] = [];
  const start = (privateKey = KEY) =>
    createReadTokens({
      async make(installation) {
        const token = `ghs_${installation}_${made.length}`;
        made.push(token);
        return { token, expiresAt: new Date(clock.now + 60 * MINUTE) };
      },
      kept,
      seal: createSeal(privateKey),
      now: () => clock.now,
    });
  return { kept, clock, made, start };
}

describe('the token that reads', () => {
  it('is one for all processes, however many ask at once, and each installation’s own', async () => {
    const { made, start } = processes();
    const [a, b] = [start(), start()];
    const tokens = await Promise.all([a.of(7), a.of(7), b.of(7), b.of(7)]);
    expect(new Set(tokens).size).toBe(1);
    const before = made.length;
    expect([await start().of(7), made.length]).toEqual([tokens[0], before]);
    expect(await a.of(8)).not.toBe(tokens[0]);
  });

  it('is replaced before it ends, for all', async () => {
    const { made, clock, start } = processes();
    const [a, b] = [start(), start()];
    const first = await a.of(7);
    clock.now = 54 * MINUTE;
    expect(await a.of(7)).toBe(first);
    clock.now = 56 * MINUTE;
    const second = await a.of(7);
    expect(second).not.toBe(first);
    expect(await b.of(7)).toBe(second);
    expect(made).toHaveLength(2);
  });

  it('that GitHub does not take is replaced once, and the others hear of it within a minute', async () => {
    const { made, clock, start } = processes();
    const [a, b] = [start(), start()];
    const first = await a.of(7);
    expect(await b.of(7)).toBe(first);
    const second = await a.insteadOf(7, first);
    // The other process meets the refusal as well, and finds what stands.
    expect(await b.insteadOf(7, first)).toBe(second);
    const third = await a.insteadOf(7, second);
    clock.now += MINUTE;
    expect(await b.of(7)).toBe(third);
    expect(made).toHaveLength(3);
  });

  it('is made anew once the installation has changed', async () => {
    const { start } = processes();
    const tokens = start();
    const first = await tokens.of(7);
    await tokens.forget(7);
    expect(await tokens.of(7)).not.toBe(first);
  });

  it('can be read by nobody who has the database alone', async () => {
    const { kept, start } = processes();
    const token = await start().of(7);
    const sealed = (await kept.find(7))?.sealed ?? Buffer.alloc(0);
    expect(sealed.includes(token)).toBe(false);
    expect(createSeal(String(keyPem())).open(sealed, 'read token of installation 7')).toBeNull();
  });

  it('that was written by somebody else is none: another installation’s, a changed or a foreign one', async () => {
    const { kept, start, made } = processes();
    const token = await start().of(7);
    const found = await kept.find(7);
    if (!found) throw new Error('no token was kept');
    await kept.keep(8, found, null);
    expect(await start().of(8)).not.toBe(token);
    await kept.forget(7);
    const sealed = Buffer.from(found.sealed);
    sealed.writeUInt8(sealed.readUInt8(30) ^ 1, 30);
    await kept.keep(7, { ...found, sealed }, null);
    expect(await start().of(7)).toBe(made.at(-1));
    const other = start(String(keyPem()));
    expect(await other.of(7)).toBe(made.at(-1));
  });

  it('is sealed alike, however the same private key is written', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const as = (type: 'pkcs1' | 'pkcs8') => String(privateKey.export({ type, format: 'pem' }));
    const sealed = createSeal(as('pkcs1')).seal('ghs_token', 'it');
    expect(createSeal(as('pkcs8')).open(sealed, 'it')).toBe('ghs_token');
    expect(createSeal(as('pkcs8')).open(sealed, 'else')).toBeNull();
    expect(createSeal(as('pkcs8')).open(Buffer.alloc(3), 'it')).toBeNull();
  });
});
