/** The facts of a question to policy, collected live and kept as plain data. */
import type { Change } from '../../core/change.ts';
import type { Effect } from '../../core/effect.ts';
import type { Folded } from '../../core/fold.ts';
import {
  createdOf,
  currentRework,
  type Run,
  runOf,
  type TaskState,
} from '../../core/task/state.ts';
import type { FactsOf } from '../../policy/facts.ts';
import type { Parts } from '../parts.ts';
import { type Collected, type Overtaken, plain } from './collected.ts';
import { mergeFacts } from './merge.ts';
import { patchFacts } from './patch.ts';
import { commonFacts, subjectOf } from './subject.ts';

export type Question = Extract<Effect, { kind: 'decide' }>;
export async function collect(
  parts: Parts,
  folded: Folded<TaskState>,
  question: Question,
): Promise<Collected | Overtaken> {
  const { state } = folded;
  const created = createdOf(state);
  const run = question.run === null ? null : runOf(state, question.run);
  const [found, common] = await Promise.all([
    parts.github.facts.repository(created.repository),
    commonFacts(parts, state, question.rework),
  ]);
  const asked = {
    gate: question.gate,
    subject: subjectOf(parts, state, run),
    repository: {
      id: created.repository.id,
      owner: created.repository.owner,
      name: created.repository.name,
      archived: found.archived,
    },
  };
  switch (question.action) {
    case 'task.start':
      return plain({
        ...asked,
        action: 'task.start',
        resource: { kind: 'repository' },
        context: { ...common, ...startFacts(state, question.rework) },
      });
    case 'run.start':
      return plain({
        ...asked,
        action: 'run.start',
        resource: {
          kind: 'run',
          step: existing(run).step,
          executor: existing(run).executor.kind,
          attempt: existing(run).attempt,
        },
        context: { ...common, ...startFacts(state, null) },
      });
    case 'patch.accept': {
      const change = await changeOf(parts, existing(run).produced?.work?.change);
      const { paths, ...patch } = patchFacts(change, state);
      return plain({
        ...asked,
        action: 'patch.accept',
        resource: { kind: 'patch', tree: change.tree },
        context: { ...common, ...patch },
        paths,
      });
    }
    case 'branch.push':
    case 'pr.open': {
      const { paths: _, ...patch } = patchFacts(await changeOf(parts, state.work?.change), state);
      const pushes = question.action === 'branch.push';
      const name = pushes ? created.branch : created.base.ref;
      return plain({
        ...asked,
        action: question.action,
        resource: { kind: 'branch', name, default: name === found.defaultBranch },
        context: { ...common, ...patch },
      });
    }
    case 'pr.merge':
      return mergeFacts(parts, state, { ...asked, action: 'pr.merge' }, common);
    default:
      throw new Error(`nothing asks policy about ${question.action} yet`);
  }
}

function existing(run: Run | null): Run {
  if (!run) throw new Error('this question is about a run');
  return run;
}

function startFacts(
  state: TaskState,
  rework: string | null,
): Pick<FactsOf<'task.start'>['context'], 'startedBy' | 'ciOptIn' | 'fork'> {
  const asked = state.waitingReworks.find(other => other.id === rework) ?? currentRework(state);
  return {
    startedBy: asked?.origin === 'check' ? 'ci' : 'person',
    ciOptIn: createdOf(state).config.remediate.ci,
    // Only the task's own branch of this very repository is ever worked on.
    fork: false,
  };
}

async function changeOf(
  { artifacts }: Pick<Parts, 'artifacts'>,
  digest: string | undefined,
): Promise<Change> {
  if (!digest) throw new Error('there is no change to judge');
  return JSON.parse((await artifacts.get(digest)).toString('utf8')) as Change;
}
