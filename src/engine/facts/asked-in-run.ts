/** What an agent asked in the middle of its run and was put to people: the same question, asked again. */
import type { Digest } from '../../core/decision.ts';
import { openApproval } from '../../core/task/approvals/open-approvals.ts';
import { baseOf, type Run, runOf, type TaskState } from '../../core/task/state/state.ts';
import { Facts } from '../../policy/facts.ts';
import { canonical, digestOf } from '../chain.ts';
import type { Dependencies } from '../dependencies.ts';
import { type Circumstances, factsOf } from './circumstances.ts';
import type { CollectedFacts, Content, Overtaken, Question } from './question.ts';

type Needs = Pick<Dependencies, 'artifacts'>;

/** The question as it was put, in the circumstances of now. */
export async function askedAgain(
  deps: Needs,
  state: TaskState,
  question: Question,
  circumstances: Circumstances,
): Promise<CollectedFacts | Overtaken> {
  const request = openApproval(state, question);
  if (!request?.facts || request.run === null) return { type: 'performed', key: question.key };
  const facts = factsOf(circumstances, await keptFacts(deps, request.facts));
  const run = runOf(state, request.run);
  const content = contentOfQuestion(state, run, run.waits, facts);
  return { facts, content, forged: [], checks: [], awaits: null, checksChangedAt: null };
}

/** The facts of a question as it was put. */
export const keptFacts = async ({ artifacts }: Needs, digest: Digest): Promise<Facts> =>
  Facts.parse(JSON.parse((await artifacts.get(digest)).toString('utf8')));

/** What exactly is asked for: the bytes of a command, a path, a host and its port. */
export const exactly = ({ action, resource }: Facts): string => canonical({ action, resource });

/**
 * Nothing is pushed because of it, so it is bound to no head. Each time it is asked is another
 * question, so that no approval of an earlier one fits.
 */
export const contentOfQuestion = (
  state: TaskState,
  run: Run,
  time: number,
  facts: Facts,
): Content => ({
  tree: null,
  base: { ref: baseOf(state), sha: state.parent },
  head: null,
  paths: [],
  findings: [],
  question: digestOf(canonical({ run: run.id, time, asks: exactly(facts) })),
});
