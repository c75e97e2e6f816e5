import { expect, it } from 'vitest';
import { createBodyParts, giveBack } from '../../../src/core/bounds/body-parts.ts';

const KB = 1024;

/** Parts of these sizes, each alone in its memory, as a request brings them. */
function arrived(sizes: readonly number[]): Buffer[] {
  let next = 0;
  return sizes.map(size => {
    const part = Buffer.from(new ArrayBuffer(size));
    for (let at = 0; at < size; at += 1) part[at] = next++ % 251;
    return part;
  });
}

it.each([
  ['nothing', []],
  ['one small part', [5 * KB]],
  ['one large part', [64 * KB]],
  ['large parts', [64 * KB, 64 * KB, 17 * KB]],
  ['small parts', Array(300).fill(1_000)],
  ['both', [100, 64 * KB, 3, 5, 40 * KB, ...Array(100).fill(1_400), 64 * KB, 7]],
])('%s are one piece in the end, and cost little more than they hold', (_, sizes) => {
  const parts = arrived(sizes);
  const expected = Buffer.concat(parts);
  const body = createBodyParts();
  for (const part of parts) body.push(part);
  expect(body.size).toBe(expected.length);
  expect(body.held).toBeLessThanOrEqual(expected.length + 65 * KB);
  expect(Buffer.from(body.whole())).toEqual(expected);
  expect([body.size, body.held]).toEqual([0, 0]);
});

it('gives all memory back at once: when it is freed, when parts are put together, when they are copied', () => {
  const freed = arrived([64 * KB, 1_000, 64 * KB]);
  const body = createBodyParts();
  for (const part of freed) body.push(part);
  body.free();
  expect(freed.map(part => part.length)).toEqual([0, 0, 0]);
  expect([body.size, body.held]).toEqual([0, 0]);
  const taken = arrived([64 * KB, 64 * KB]);
  for (const part of taken) body.push(part);
  expect(body.whole()).toHaveLength(128 * KB);
  expect(taken.map(part => part.length)).toEqual([0, 0]);
});

it.each([
  ['thousands of parts of a byte', Array(2_000).fill(1), true],
  ['as many of a line each', Array(2_000).fill(80), false],
  ['some parts of a byte, after a large one', [64 * KB, ...Array(900).fill(1)], false],
])('%s are fragments: %s', (_, sizes, isFragmented) => {
  const body = createBodyParts();
  for (const part of arrived(sizes)) body.push(part);
  expect(body.isFragmented).toBe(isFragmented);
});

it('leaves alone what stands in memory with others', () => {
  const shared = Buffer.from(new ArrayBuffer(100 * KB));
  const part = shared.subarray(KB, 50 * KB).fill(7);
  giveBack(part);
  const body = createBodyParts();
  body.push(part);
  body.free();
  expect(part.every(byte => byte === 7)).toBe(true);
  expect(part).toHaveLength(49 * KB);
});
