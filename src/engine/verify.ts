/** Verifies streams: the chain of each, what the database keeps beside it, and its recorded ends. */
import { type StreamRef, streamName } from '../core/stream.ts';
import type { AuditSource } from './audit-source.ts';
import { type ChainVerdict, verdictBeside, verifyStream } from './chain.ts';
import { compare, endsOfCheckpoints } from './checkpoint/compare.ts';
import type { StreamHead } from './ports/event-log.ts';
import type { Ledger } from './ports/ledger.ts';
import { spendDifference } from './spending/compare.ts';

/** What the database keeps beside the events; each is null where the record is a file. */
type KeptBeside = {
  head(stream: StreamRef): Promise<StreamHead | null>;
  ledger: Pick<Ledger, 'spentBy'> | null;
};

/** Verifies the chain of one stream, its kept head, and the spending of a task against the ledger. */
export async function verifyBeside(
  record: AuditSource,
  stream: StreamRef,
  { head: headOf, ledger }: KeptBeside,
): Promise<ChainVerdict> {
  // Loaded first: a stream may grow meanwhile, and never shrinks.
  const head = await headOf(stream);
  const alone = await verifyStream(record.events(stream));
  const verdict = head ? verdictBeside(alone, head) : alone;
  if (!ledger || stream.kind !== 'task' || !verdict.ok) return verdict;
  const difference = await spendDifference(ledger, stream.id, record.events(stream));
  return difference ? { ok: false, ...difference } : verdict;
}

/** Does so, and compares the stream with the ends that checkpoints, and `recorded` besides, name. */
export async function verifyWhole(
  record: AuditSource,
  stream: StreamRef,
  beside: KeptBeside,
  recorded: Awaited<ReturnType<typeof endsOfCheckpoints>> = [],
): Promise<ChainVerdict> {
  const verdict = await verifyBeside(record, stream, beside);
  if (!verdict.ok) return verdict;
  const only = new Set([streamName(stream)]);
  const all = [...(await endsOfCheckpoints(record, only)), ...recorded];
  const [found] = await compare(record, all, only);
  return found ? { ok: false, seq: found.seq, problem: found.problem } : verdict;
}
