/** The contract of every count of changes: what was counted anywhere, whoever asks from then on sees. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Changes, TOPICS, type Topic } from '../../src/engine/ports/changes.ts';

let last = Date.now();

export function changesContract(
  name: string,
  open: () => Promise<{ changes: Changes; close(): Promise<void> }>,
): void {
  describe(`changes: ${name}`, () => {
    let changes: Changes;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ changes, close } = await open());
    });
    afterAll(() => close());

    const scopesOf = ({ repository, installation }: ReturnType<typeof somewhere>) => [
      { repository },
      { installation },
    ];
    /** Nobody else's. */
    const somewhere = () => ({ repository: ++last, installation: ++last });
    const counts = (of: ReturnType<typeof somewhere>) =>
      Promise.all(TOPICS.map(topic => changes.count(topic, scopesOf(of))));

    test('a repository that changed counts otherwise, in that topic alone', async () => {
      const of = somewhere();
      const before = await counts(of);
      expect(await counts(of)).toEqual(before);
      await changes.changed({ repository: of.repository }, ['people']);
      const after = await counts(of);
      const differ = TOPICS.filter((_, index) => after[index] !== before[index]);
      expect(differ).toEqual(['people']);
    });

    test('of an installation that changed every repository counts otherwise, and no other', async () => {
      const [of, other] = [somewhere(), somewhere()];
      const [before, others] = [await counts(of), await counts(other)];
      await changes.changed({ installation: of.installation }, TOPICS);
      expect((await counts(of)).every((count, index) => count !== before[index])).toBe(true);
      expect(await counts(other)).toEqual(others);
    });

    test('no count comes again, however many change at once', async () => {
      const of = somewhere();
      const seen = new Set<string>();
      const topics: Topic[][] = [['pulls', 'people'], ['people', 'pulls'], [...TOPICS]];
      for (let round = 0; round < 5; round += 1) {
        seen.add((await counts(of)).join());
        const at = [{ repository: of.repository }, { installation: of.installation }];
        await Promise.all(topics.flatMap(some => at.map(scope => changes.changed(scope, some))));
      }
      expect(seen.size).toBe(5);
    });
  });
}
