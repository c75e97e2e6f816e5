/** Policy is asked: facts collected, decided, both kept by digest so that it can be decided again. */
import { NO_APPROVALS } from '../../core/approvals/approvals.ts';
import type { Folded } from '../../core/fold.ts';
import type { TaskCommand } from '../../core/task/command.ts';
import { type Approval, createdOf, openApproval, type TaskState } from '../../core/task/state.ts';
import { decide, factsText } from '../../policy/decide.ts';
import type { Dependencies } from '../dependencies.ts';
import { judgeApprovals } from '../facts/approvals.ts';
import { capsuleOf } from '../facts/capsule.ts';
import { collect, type Question } from '../facts/collect.ts';
import type { CollectedFacts } from '../facts/collected.ts';
import { commonFacts } from '../facts/subject.ts';
import { rulesOf } from '../policies/of-repository.ts';

/** `using`: the effect that is about to use its approval, or has begun to and was interrupted. */
export async function askPolicy(
  deps: Dependencies,
  task: string,
  { state }: Folded<TaskState>,
  question: Question,
  using: string | null = null,
): Promise<TaskCommand> {
  const { repository } = createdOf(state);
  const [base, common] = await Promise.all([
    deps.github.facts.defaultBranch(repository),
    commonFacts(deps, state, question.rework),
  ]);
  const { set: policies } = await rulesOf(deps, repository, base.sha);
  const collected = await collect(deps, state, question, { base, common });
  if ('type' in collected) return collected;
  const { content, forged } = collected;
  const { capsule, digest } = capsuleOf(task, state, collected, policies.digest);
  const request = openApproval(state, question) ?? inUse(state, using);
  const asksPeople = question.action === 'pr.merge' || request !== null;
  const judgement = asksPeople
    ? await judgeApprovals(
        { ...deps, policies },
        state,
        collected,
        request,
        digest,
        question.rework,
      )
    : null;
  // What was pushed while it was read is not what was asked about.
  if (judgement?.head && judgement.head !== state.pull?.head)
    return { type: 'head_moved', to: judgement.head };
  const approvals = judgement?.approvals ?? NO_APPROVALS;
  const facts = { ...collected.facts, context: { ...collected.facts.context, approvals } };
  const decision = decide(policies, facts as CollectedFacts['facts']);
  const texts = [factsText(facts as CollectedFacts['facts']), policies.text];
  await Promise.all(texts.map(deps.artifacts.put));
  const { paths: files, findings } = content;
  const asked = { capsule, digest, files, findings, judgement, forged };
  return { type: 'decided', run: question.run, rework: question.rework, decision, asked };
}

const inUse = (state: TaskState, using: string | null): Approval | null =>
  state.approvals.find(({ usedBy }) => using !== null && usedBy === using) ?? null;
