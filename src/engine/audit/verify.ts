/** Verifies streams: the chain of each, what the database keeps beside it, and its recorded ends. */
import { isKnown, type StreamRef, streamName, UNKNOWN_KIND } from '../../core/stream.ts';
import type { AuditSource } from '../audit-source.ts';
import { type ChainVerdict, verdictBeside, verifyStream } from '../chain.ts';
import { type Checkpoints, compare, readCheckpoints } from '../checkpoint/compare.ts';
import { createUnseen } from '../checkpoint/unseen.ts';
import type { StreamHead } from '../ports/event-log.ts';
import type { Ledger } from '../ports/ledger.ts';
import { spendDifference } from '../spending/compare.ts';

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
  const verdict = await verifyBesideHead(record, stream, headOf);
  if (!ledger || stream.kind !== 'task' || !verdict.ok) return verdict;
  const difference = await spendDifference(ledger, stream.id, record.events(stream));
  return difference ? { ok: false, ...difference } : verdict;
}

async function verifyBesideHead(
  record: AuditSource,
  stream: StreamRef,
  headOf: KeptBeside['head'],
): Promise<ChainVerdict> {
  if (!isKnown(stream)) return { ok: false, seq: 1, problem: UNKNOWN_KIND };
  // Loaded first: a stream may grow meanwhile, and never shrinks.
  const before = await headOf(stream);
  const alone = await verifyStream(record.events(stream));
  if (!before || !alone.ok) return alone;
  if (alone.events <= before.version) return verdictBeside(alone, before);
  const head = await headOf(stream);
  if (!head || head.version >= alone.events) return alone;
  return { ok: false, seq: alone.events, problem: behind(alone.events, head.version) };
}

/** An append writes the head with its events. */
const behind = (events: number, seen: number): string =>
  `event ${events} is there, and the head that is kept has seen ${seen}; if nothing else is wrong, gatehouse replay --rebuild writes it anew`;

/** Verifies the same, and compares the stream with the ends that checkpoints name, and those that are `recorded` elsewhere. */
export async function verifyWhole(
  record: AuditSource,
  stream: StreamRef,
  beside: KeptBeside,
  recorded: Checkpoints['ends'] = [],
): Promise<ChainVerdict> {
  const verdict = await verifyBeside(record, stream, beside);
  if (!verdict.ok) return verdict;
  const only = new Set([streamName(stream)]);
  const checkpoints = await readCheckpoints(record, only);
  const [found] = await compare(record, [...checkpoints.ends, ...recorded], only);
  if (found) return { ok: false, seq: found.seq, problem: found.problem };
  return createUnseen(checkpoints)(stream, verdict);
}
