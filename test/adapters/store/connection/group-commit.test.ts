import { describe, expect, it } from 'vitest';
import { createGroupCommit } from '../../../../src/adapters/store/connection/group-commit.ts';

/** A group commit with two flushes at once of at most ten rows; each batch waits until released. */
function openBatches() {
  const batches: { rows: number[]; end(error?: Error): void }[] = [];
  const commit = createGroupCommit<number, number>({
    flush: rows =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) => (error ? reject(error) : resolve(rows.map(row => -row)));
        batches.push({ rows, end });
      }),
    bytesOf: () => 1,
    maxRows: 10,
    maxBytes: 1_000,
    inFlight: 2,
    deadlineMs: 5_000,
  });
  const add = (count: number) =>
    Promise.all(Array.from({ length: count }, (_, row) => commit.add(row)));
  const sizes = () => batches.map(({ rows }) => rows.length);
  return { batches, add, sizes };
}

describe('group commit', () => {
  it('shares what waits among its flushes, evenly', async () => {
    const { batches, add, sizes } = openBatches();
    const added = add(12);
    await expect.poll(sizes).toEqual([6, 6]);
    for (const { end } of batches) end();
    expect(await added).toEqual(Array.from({ length: 12 }, (_, row) => -row));
  });

  it('sends what came meanwhile with the next flush, up to the most of one', async () => {
    const { batches, add, sizes } = openBatches();
    const first = add(2);
    await expect.poll(sizes).toEqual([1, 1]);
    const second = add(11);
    batches[0]?.end();
    await expect.poll(sizes).toEqual([1, 1, 10]);
    batches[1]?.end();
    await expect.poll(sizes).toEqual([1, 1, 10, 1]);
    for (const { end } of batches) end();
    await Promise.all([first, second]);
  });

  it('fails the rows of a batch that fails, and no others', async () => {
    const { batches, add, sizes } = openBatches();
    const [one, other] = [add(1), add(1)];
    await expect.poll(sizes).toEqual([1, 1]);
    batches[0]?.end(new Error('no room'));
    batches[1]?.end();
    await expect(one).rejects.toThrow('no room');
    expect(await other).toHaveLength(1);
  });
});
