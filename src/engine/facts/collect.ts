/** The facts of a question to policy, collected live and kept as plain data. */
import type { Change } from '../../core/change.ts';
import { GATE_OF } from '../../core/decision.ts';
import type { Effect } from '../../core/effect.ts';
import {
  createdOf,
  currentRework,
  type Run,
  runOf,
  type TaskState,
} from '../../core/task/state.ts';
import type { Facts, FactsOf } from '../../policy/facts.ts';
import type { Dependencies } from '../dependencies.ts';
import { askedBefore } from './act.ts';
import { type CollectedFacts, type Content, contentOf, type Overtaken } from './collected.ts';
import { mergeFacts } from './merge.ts';
import { patchFacts } from './patch.ts';
import { authorsOf, type commonFacts, subjectOf } from './subject.ts';

/** Of the effect that asks, what it asks. */
export type Question = Pick<
  Extract<Effect, { kind: 'decide' }>,
  'key' | 'action' | 'run' | 'rework'
>;

/** What every question is told: the default branch as it is now, and who asks for what. */
export type Ground = {
  base: { ref: string; archived: boolean };
  common: Awaited<ReturnType<typeof commonFacts>>;
};

export async function collect(
  deps: Dependencies,
  state: TaskState,
  question: Question,
  { base, common }: Ground,
): Promise<CollectedFacts | Overtaken> {
  const created = createdOf(state);
  const run = question.run === null ? null : runOf(state, question.run);
  const asked = {
    gate: GATE_OF[question.action],
    subject: subjectOf(deps, state, run),
    repository: {
      id: created.repository.id,
      owner: created.repository.owner,
      name: created.repository.name,
      archived: base.archived,
    },
  };
  const about = (facts: Facts, content: Partial<Content> = {}): CollectedFacts => ({
    facts,
    content: { ...before(state), ...content },
    forged: [],
  });
  switch (question.action) {
    case 'task.start':
      return about({
        ...asked,
        action: 'task.start',
        resource: { kind: 'repository' },
        context: { ...common, ...startFacts(deps, state, question.rework) },
      });
    case 'run.start':
      return about({
        ...asked,
        action: 'run.start',
        resource: {
          kind: 'run',
          step: existing(run).step,
          executor: existing(run).executor.kind,
          attempt: existing(run).attempt,
        },
        context: { ...common, ...startFacts(deps, state, null) },
      });
    case 'patch.accept': {
      const change = await changeOf(deps, existing(run).produced?.work?.change);
      const { paths, noted, ...patch } = patchFacts(change, state);
      return about(
        {
          ...asked,
          action: 'patch.accept',
          resource: { kind: 'patch', tree: change.tree },
          context: { ...common, ...patch },
          paths,
        },
        contentOf(change, noted),
      );
    }
    case 'branch.push':
    case 'pr.open': {
      const change = await changeOf(deps, state.work?.change);
      const { paths: _, noted, ...patch } = patchFacts(change, state);
      const pushes = question.action === 'branch.push';
      const name = pushes ? created.branch : created.base.ref;
      return about(
        {
          ...asked,
          action: question.action,
          resource: { kind: 'branch', name, default: name === base.ref },
          context: { ...common, ...patch },
        },
        contentOf(change, noted),
      );
    }
    case 'command.exec':
    case 'file.write':
    case 'net.connect':
    case 'mcp.call':
      return askedBefore(deps, state, question, asked, common);
    case 'pr.merge':
      return mergeFacts(deps, state, { ...asked, action: 'pr.merge' }, common);
    default:
      throw new Error(`nothing asks policy about ${question.action} yet`);
  }
}

/** Before a pull request is looked at: the commit that the work stands on, and the head there is. */
const before = (state: TaskState): Content => ({
  tree: null,
  base: { ref: createdOf(state).base.ref, sha: state.parent },
  head: state.pull?.head ?? null,
  paths: [],
  findings: [],
  question: null,
});

function existing(run: Run | null): Run {
  if (!run) throw new Error('this question is about a run');
  return run;
}

function startFacts(
  deps: Pick<Dependencies, 'profiles' | 'settings'>,
  state: TaskState,
  rework: string | null,
): Pick<FactsOf<'task.start'>['context'], 'startedBy' | 'ciOptIn' | 'fork' | 'authors'> {
  const asked = state.waitingReworks.find(other => other.id === rework) ?? currentRework(state);
  return {
    startedBy: asked?.origin === 'check' ? 'ci' : 'person',
    ciOptIn: createdOf(state).config.remediate.ci,
    // Only the task's own branch of this very repository is ever worked on.
    fork: false,
    authors: authorsOf(deps, state),
  };
}

async function changeOf(
  { artifacts }: Pick<Dependencies, 'artifacts'>,
  digest: string | undefined,
): Promise<Change> {
  if (!digest) throw new Error('there is no change to judge');
  return JSON.parse((await artifacts.get(digest)).toString('utf8')) as Change;
}
