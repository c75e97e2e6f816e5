/** Many processes reserve against one cap at once, again and again: what is over it, and what stays unused. */
import { fileURLToPath } from 'node:url';
import { type Figure, valued } from '../../figures/figures.ts';
import { startChild } from '../child.ts';

const PROCESSES = 20;
const TRIALS = 1_000;
const BLOCK = 100;

/** Each trial has a cap of its own, in which from 10 to 20 blocks have room and a rest that is less than one. */
export async function race(url: string): Promise<Figure[]> {
  const file = fileURLToPath(new URL('spender.ts', import.meta.url));
  const spenders = Array.from({ length: PROCESSES }, () => startChild(file));
  let passed = 0;
  let unused = 0;
  try {
    for (let trial = 0; trial < TRIALS; trial += 1) {
      const cap = 10 * BLOCK + ((trial * 37) % (10 * BLOCK));
      const message = { url, key: `race:${trial}`, cap, block: BLOCK };
      const taken = await Promise.all(spenders.map(({ ask }) => ask<number>(message)));
      const sum = taken.reduce((all, one) => all + one, 0);
      if (sum > cap) passed += 1;
      unused = Math.max(unused, (cap - sum) / BLOCK);
    }
  } finally {
    await Promise.all(spenders.map(({ stop }) => stop()));
  }
  const who = `${PROCESSES} processes against one cap`;
  return [
    valued(`${who}: times that it was passed`, passed, `of ${TRIALS}`, { most: 0 }),
    valued(`${who}: most of it unused`, unused, 'blocks', { most: 1 }),
  ];
}
