/** Whoever asks for what takes long stands in line: those who work wait for no more than one of them. */
import { createKeyedMutex } from '../engine/keyed-mutex.ts';
import { type ApiAnswer, refused } from './endpoint.ts';
import type { HttpProblem } from './problem.ts';

/** More would be answered after those who ask have given up. */
const MOST_IN_LINE = 8;

/** `signal`: aborted when nobody waits for the answer any more; its turn is passed over then. */
type InTurn = <V>(signal: AbortSignal, read: () => Promise<ApiAnswer<V>>) => Promise<ApiAnswer<V>>;

/** `busy`: says that the line is full. */
function createTurns(busy: string): InTurn {
  const oneByOne = createKeyedMutex();
  /** Those whose answer somebody waits for. */
  const inLine = new Set<AbortSignal>();
  const full: HttpProblem = {
    status: 429,
    title: 'Too Many Requests',
    code: 'busy',
    message: busy,
    next: 'Ask again once one of them is done.',
    headers: { 'retry-after': '10' },
  };
  return async (signal, read) => {
    if (signal.aborted || inLine.size >= MOST_IN_LINE) return refused(full);
    const leave = () => inLine.delete(signal);
    inLine.add(signal);
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await oneByOne('all', async () => (signal.aborted ? refused(full) : read()));
    } finally {
      leave();
      signal.removeEventListener('abort', leave);
    }
  };
}

/** For who reads whole streams. */
export const inTurn = createTurns(
  'As many proofs are asked for at present as are made one after the other.',
);

/** For who asks policy about facts that are made up: the process that answers decides for runs as well. */
export const inPolicyTurn = createTurns(
  'As many questions are put to policy at present as are answered one after the other.',
);
