/** The contract of every store of artifacts: content by digest, and names that leave no folder. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ArtifactName, Artifacts } from '../../src/engine/ports/artifacts.ts';

const digestOf = (content: Buffer | string) =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

export function artifactsContract(
  name: string,
  open: () => Promise<{ artifacts: Artifacts; close(): Promise<void> }>,
): void {
  describe(`artifacts: ${name}`, () => {
    let artifacts: Artifacts;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ artifacts, close } = await open());
    });
    afterAll(() => close());

    test.each([
      ['text', 'grün\n'],
      ['bytes', Buffer.from([0, 255, 13, 10, 0xc3, 0x28])],
      ['nothing', ''],
      ['10 MB', randomBytes(10 * 1024 * 1024)],
    ])('%s come back by digest', async (_, content) => {
      const digest = await artifacts.put(content, 'proof');
      expect(digest).toBe(digestOf(content));
      expect((await artifacts.get(digest)).equals(Buffer.from(content))).toBe(true);
    });

    test('a part comes back by its place, and ends where the content does', async () => {
      for (const retention of ['proof', 'record'] as const) {
        const digest = await artifacts.put(`${retention}-0123456789`, retention);
        const begin = retention.length + 1;
        const part = async (from: number, bytes: number) =>
          (await artifacts.part(digest, begin + from, bytes)).toString();
        expect(await part(0, 3)).toBe('012');
        expect(await part(8, 10)).toBe('89');
        expect([await part(10, 5), await part(99, 5)]).toEqual(['', '']);
      }
      const unknown = digestOf(randomUUID());
      await expect(artifacts.part(unknown, 0, 5)).rejects.toThrow(`${unknown} is not here`);
    });

    test('the same content at once, many times, is one', async () => {
      const content = randomBytes(100_000);
      const digests = await Promise.all(
        Array.from({ length: 20 }, () => artifacts.put(content, 'proof')),
      );
      expect(new Set(digests)).toEqual(new Set([digestOf(content)]));
      expect((await artifacts.get(digestOf(content))).equals(content)).toBe(true);
    });

    test('an unknown digest, and what is none, are refused', async () => {
      const unknown = digestOf(randomUUID());
      await expect(artifacts.get(unknown)).rejects.toThrow(`artifact ${unknown} is not here`);
      for (const wrong of ['', 'sha256:..', `sha256:${'A'.repeat(64)}`, `../${unknown}`])
        await expect(artifacts.get(wrong)).rejects.toThrow();
    });

    test('what a run left is listed by name; linking again replaces', async () => {
      const task = randomUUID();
      const [first, second] = [
        await artifacts.put('first', 'proof'),
        await artifacts.put('second', 'proof'),
      ];
      await artifacts.put('first', 'output');
      expect(await artifacts.list(task)).toEqual([]);
      await artifacts.link({ task, run: 'lint-1' }, 'result.json', first);
      await artifacts.link({ task, run: 'author-1' }, 'stdout.log', first);
      await artifacts.link({ task, run: 'author-1' }, 'result.json', second);
      await artifacts.link({ task, run: 'lint-1' }, 'result.json', second);
      await artifacts.link({ task, run: 'lint-1' }, 'result.json', second);
      expect(await artifacts.list(task)).toEqual([
        { run: 'author-1', name: 'result.json', digest: second },
        { run: 'author-1', name: 'stdout.log', digest: first },
        { run: 'lint-1', name: 'result.json', digest: second },
      ]);
    });

    test('only content that is here can be linked', async () => {
      const owner = { task: randomUUID(), run: 'r' };
      const unknown = digestOf(randomUUID());
      await expect(artifacts.link(owner, 'result.json', unknown)).rejects.toThrow('is not here');
      expect(await artifacts.list(owner.task)).toEqual([]);
    });

    test('what is old is found and expires, which is told; what is proof does not', async () => {
      const [owner, text] = [{ task: randomUUID(), run: 'r' }, randomUUID()];
      const digest = await artifacts.put(text, 'output');
      await artifacts.put(text, 'proof');
      const only = await artifacts.put(`${text} alone`, 'record');
      await artifacts.link(owner, 'stdout.log', digest);
      await artifacts.link(owner, 'journal.jsonl', only);
      const listed = await artifacts.list(owner.task);
      const partOf = (of: string) => Number.parseInt(of.slice('sha256:'.length, 9), 16);
      const past = new Date(Date.now() - 60_000);
      const future = new Date(Date.now() + 60_000);
      expect(await artifacts.old('record', partOf(only), past)).toEqual([]);
      expect(await artifacts.old('record', partOf(only), future)).toContain(only);
      expect(await artifacts.old('output', partOf(only), future)).not.toContain(only);
      expect(await artifacts.expire(only, 'record', past)).toBe(false);
      expect(await artifacts.expired(only)).toBeNull();
      expect(await artifacts.expire(only, 'record', future)).toBe(true);
      expect(await artifacts.expire(only, 'record', future)).toBe(false);
      expect(Math.abs(Number(await artifacts.expired(only)) - Date.now())).toBeLessThan(60_000);
      const day = (await artifacts.expired(only))?.toISOString().slice(0, 10);
      await expect(artifacts.get(only)).rejects.toThrow(`artifact ${only} expired on ${day}`);
      expect(await artifacts.old('record', partOf(only), future)).not.toContain(only);
      // Its name, and whose it was, stay.
      expect(await artifacts.list(owner.task)).toEqual(listed);
      expect(await artifacts.expire(digest, 'output', future)).toBe(true);
      expect((await artifacts.get(digest)).toString()).toBe(text);
      // Put again, it is here again.
      await artifacts.put(`${text} alone`, 'record');
      expect(await artifacts.expired(only)).toBeNull();
      expect((await artifacts.get(only)).toString()).toBe(`${text} alone`);
    });

    test.each(['..', '.', '', 'a/b', 'a\\b', '/etc', '.hidden', 'a\0b', 'a\nb', 'x'.repeat(200)])(
      'no name leads elsewhere: %j',
      async bad => {
        const digest = await artifacts.put('x', 'proof');
        const message = 'is not a name that an artifact may have';
        const link = (task: string, run: string, name: string) =>
          artifacts.link({ task, run }, name as ArtifactName, digest);
        await expect(link(bad, 'r', 'result.json')).rejects.toThrow(message);
        await expect(link('t', bad, 'result.json')).rejects.toThrow(message);
        await expect(link('t', 'r', bad)).rejects.toThrow(message);
        await expect(artifacts.list(bad)).rejects.toThrow(message);
      },
    );
  });
}
