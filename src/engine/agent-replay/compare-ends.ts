/** How a replayed run ended, beside how it ended when it was recorded. */
import type { Digest } from '../../core/decision.ts';
import type { Executed } from '../attempt/process/execute.ts';
import type { Judged } from '../attempt/result/judge.ts';
import { canonical, digestOf } from '../chain.ts';
import type { Volatile } from '../ports/agent.ts';
import type { Artifacts } from '../ports/artifacts.ts';
import type { Divergence } from './divergence.ts';
import { firstDifference } from './first-difference.ts';
import type { RecordedResult } from './recorded-run.ts';

/** `null`: in the same way, with the same answer. */
export function compareEnds(
  recorded: Pick<RecordedResult, 'summary' | 'failure' | 'output'>,
  {
    executed,
    judged,
    summary,
  }: { executed: Pick<Executed, 'finished'>; judged: Judged; summary: string },
  volatile: Volatile,
): Divergence | null {
  const ended = (failed: { class: string } | null) => failed?.class ?? 'success';
  const [was, is] = [ended(recorded.failure), ended(judged.failure)];
  if (was !== is)
    return {
      of: 'how it ends',
      at: 'the end of the run',
      recorded: was,
      replayed: judged.failure ? `${is}: ${judged.failure.reason}` : is,
    };
  const output = executed.finished.structured ?? null;
  const answer = { output, summary };
  const difference = firstDifference(
    { output: recorded.output ?? null, summary: recorded.summary },
    // As JSON keeps it.
    JSON.parse(canonical(answer)),
    volatile,
  );
  if (!difference) return null;
  const { field, ...sides } = difference;
  return {
    of: "the agent's answer",
    at: field,
    recorded: sides.recorded,
    replayed: sides.replayed,
  };
}

/** Two patches that differ, by the first line that does. */
export async function comparePatches(
  { get }: Pick<Artifacts, 'get'>,
  { recorded, replayed }: { recorded: Digest | null; replayed: Buffer | null },
): Promise<Divergence> {
  const lines = (diff: Buffer | null) => diff?.toString('utf8').split('\n') ?? [];
  const [was, is] = [lines(recorded === null ? null : await get(recorded)), lines(replayed)];
  const at = was.findIndex((line, index) => line !== is[index]);
  const place = at < 0 ? was.length : at;
  const side = (text: string[], digest: Digest | null) =>
    digest === null ? 'no patch' : `${digest}: ${(text[place] ?? 'nothing more').slice(0, 300)}`;
  return {
    of: 'the patch',
    at: `line ${place + 1} of the patch`,
    recorded: side(was, recorded),
    replayed: side(is, replayed && digestOf(replayed)),
  };
}
