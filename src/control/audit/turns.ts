/** Who reads whole streams stands in line: those who work wait for no more than one of them. */
import { createKeyedMutex } from '../../engine/keyed-mutex.ts';
import { type ApiAnswer, refused } from '../endpoint.ts';
import type { HttpProblem } from '../problem.ts';

/** More would be answered after those who ask have given up. */
const MOST_IN_LINE = 8;

const oneByOne = createKeyedMutex();
/** Those whose answer somebody waits for. */
const inLine = new Set<AbortSignal>();

/** `signal`: aborted when nobody waits for the answer any more; its turn is passed over then. */
export async function inTurn<V>(
  signal: AbortSignal,
  read: () => Promise<ApiAnswer<V>>,
): Promise<ApiAnswer<V>> {
  if (signal.aborted || inLine.size >= MOST_IN_LINE) return refused(BUSY);
  const leave = () => inLine.delete(signal);
  inLine.add(signal);
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await oneByOne('audit', async () => (signal.aborted ? refused(BUSY) : read()));
  } finally {
    leave();
    signal.removeEventListener('abort', leave);
  }
}

const BUSY: HttpProblem = {
  status: 429,
  title: 'Too Many Requests',
  code: 'busy',
  message: 'As many proofs are asked for at present as are made one after the other.',
  next: 'Ask again once one of them is done.',
  headers: { 'retry-after': '10' },
};
