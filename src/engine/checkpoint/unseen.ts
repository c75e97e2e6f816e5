/**
 * Every event that is older than the last checkpoint was seen by one. Whoever can write to the database can
 * lengthen a chain, or begin one, with times of long ago: no checkpoint has seen that.
 */
import { CHECKPOINTS, type StreamRef } from '../../core/stream.ts';
import type { ChainVerdict } from '../chain.ts';
import type { Checkpoints } from './compare.ts';

/** Clocks of machines may differ by an hour, and a checkpoint is made within the next. */
const MARGIN_MS = 2 * 3_600_000;

/** Gives the verdict on a stream, or another where no checkpoint has seen its last event and one should have. */
export function createUnseen({
  ends,
  latest,
}: Checkpoints): (stream: StreamRef, verdict: ChainVerdict) => ChainVerdict {
  const seen = new Set(ends.map(({ hash }) => hash));
  return ({ kind }, verdict) => {
    if (!verdict.ok || verdict.at === null || latest === null || kind === CHECKPOINTS.kind)
      return verdict;
    const { events, head, at } = verdict;
    // A time that can't be read is older than any.
    if (seen.has(head) || Date.parse(at) >= latest - MARGIN_MS) return verdict;
    return { ok: false, seq: events, problem: addedLater(events, at) };
  };
}

const addedLater = (seq: number, at: string): string =>
  `event ${seq} says ${at}, and no checkpoint since has seen it: it was written later, or the checkpoints are not ours`;
