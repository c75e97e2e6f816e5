/**
 * Compares a record with what is known of it from elsewhere: the checkpoints in it, and anchors kept
 * outside. A record that was changed and chained anew is whole by itself; this tells.
 */

import type { Anchor } from '../../core/checkpoint/anchor.ts';
import { CheckpointEvent, type StreamEnd } from '../../core/checkpoint/events.ts';
import { CHECKPOINTS, parseStreamName, streamName } from '../../core/stream.ts';
import type { AuditSource } from '../audit-source.ts';

/** `seq`: the event that is not as it was said to be. */
export type Discrepancy = { stream: string; seq: number; problem: string };

/** What was said of a stream, and by what. */
type Claim = StreamEnd & { by: string; at: string };

/** What the checkpoints of the record say of its streams. */
export async function claimsOfCheckpoints(record: AuditSource): Promise<Claim[]> {
  const claims: Claim[] = [];
  for await (const { type, v, data, seq, at } of record.events(CHECKPOINTS)) {
    const event = CheckpointEvent.safeParse({ type, v, data });
    // What no version of ours wrote is told by replay.
    if (event.data?.type !== 'checkpoint.made') continue;
    for (const end of event.data.data.ends) claims.push({ ...end, by: `checkpoint ${seq}`, at });
  }
  return claims;
}

/** What anchors say: of the stream of checkpoints, and of others. */
export const claimsOfAnchors = (anchors: readonly Anchor[]): Claim[] =>
  anchors.flatMap(({ checkpoint, hash, at, ends }) => {
    const by = `the anchor of checkpoint ${checkpoint}`;
    const own = { stream: streamName(CHECKPOINTS), seq: checkpoint, hash };
    return [own, ...ends].map(end => ({ ...end, by, at }));
  });

/** `only`: the streams that the record is about; `null`: all there are. */
export async function compare(
  record: AuditSource,
  claims: readonly Claim[],
  only: ReadonlySet<string> | null,
): Promise<Discrepancy[]> {
  const byStream = new Map<string, Claim[]>();
  for (const claim of claims) {
    if (only && !only.has(claim.stream)) continue;
    const said = byStream.get(claim.stream);
    if (said) said.push(claim);
    else byStream.set(claim.stream, [claim]);
  }
  const found: Discrepancy[] = [];
  for (const [stream, said] of byStream) {
    const discrepancy = await discrepancyOf(record, stream, said);
    if (discrepancy) found.push(discrepancy);
  }
  return found;
}

async function discrepancyOf(
  record: AuditSource,
  stream: string,
  claims: readonly Claim[],
): Promise<Discrepancy | null> {
  const hashes: string[] = [];
  for await (const { seq, hash } of record.events(parseStreamName(stream))) hashes[seq] = hash;
  const events = hashes.length - 1;
  const inOrder = [...claims].sort((a, b) => a.seq - b.seq);
  let whole = 0;
  for (const { seq, hash, by, at } of inOrder) {
    if (hashes[seq] === hash) {
      whole = seq;
      continue;
    }
    const told = `${by} (${at}) has seen ${seq}`;
    const is = (problem: string): Discrepancy => ({ stream, seq, problem });
    if (events < 1) return is(`it is lost: ${told} events of it`);
    if (events < seq) return is(`it was cut: it ends at event ${events}, and ${told}`);
    const elsewhere = hashes.indexOf(hash);
    if (elsewhere > 0) return is(`it was reordered: event ${seq} stands at ${elsewhere}, by ${by}`);
    const from = whole + 1 === seq ? `event ${seq}` : `an event from ${whole + 1} to ${seq}`;
    return is(`it was edited: ${from} is not what was written, by ${by} (${at})`);
  }
  return null;
}
