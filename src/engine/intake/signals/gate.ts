/**
 * GitHub asks whether a deployment may go ahead. What a task has started goes ahead, because policy has
 * allowed it; all else becomes a task of one step, which policy and people decide about.
 */
import { type Account, GATEHOUSE, type Repository } from '../../../core/actor.ts';
import type { Graph } from '../../../core/graph/graph.ts';
import { byPerson, type Requester } from '../../../core/origin.ts';
import type { RepositoryConfig } from '../../../core/repository-config/repository-config.ts';
import { taskStream } from '../../../core/stream.ts';
import { askedAbout } from '../../../core/task/state/deployed.ts';
import type { Deployed } from '../../../core/task/state/deployment.ts';
import { digestOf } from '../../chain.ts';
import type { Intake } from '../../dependencies.ts';
import { loadFolded } from '../../handle.ts';
import { asTask } from '../../streams.ts';
import { actorOf, openTasks, personOf, sendToTask } from '../intake.ts';
import { endpointFaults, hooksFor } from '../rules/hooks.ts';
import { readRules } from '../rules/repository-config.ts';

type DeploymentQuestion = {
  by: Account;
  repository: Repository;
  workflowRun: number;
  environment: string;
  commit: string;
  branch: string;
  deployment: number | null;
};

const RELEASE: Graph = {
  name: 'release',
  steps: [{ kind: 'builtin', id: 'release', purpose: 'release', needs: [] }],
  reworkFrom: null,
};

/** Nothing of the repository works on it. */
const NO_CONFIG: RepositoryConfig = { commands: {}, remediate: { ci: false, reviews: false } };

export async function onGate(intake: Intake, asked: DeploymentQuestion): Promise<string> {
  const { repository, workflowRun, environment, commit } = asked;
  const gate = { workflowRun, environment, commit };
  for (const { id } of await openTasks(intake, repository.id)) {
    const { state } = asTask(await loadFolded(intake.log, taskStream(id)));
    const one = askedAbout(state, gate);
    if (!one || !(await isOf(intake, asked, one))) continue;
    const handled = await sendToTask(intake, id, { type: 'gate_asked', gate }, null);
    return handled.ok ? `${id} has started it` : handled.refusal.message;
  }
  return createRelease(intake, asked);
}

/** A run that is not known yet is the deployment's only where a deployment of ours began it. */
const isOf = async (
  { github }: Intake,
  { repository, workflowRun }: DeploymentQuestion,
  { workflowRun: begun, gate }: Deployed,
): Promise<boolean> =>
  begun !== null || gate !== null || (await github.facts.isRunOfOurs(repository, workflowRun));

async function createRelease(intake: Intake, asked: DeploymentQuestion): Promise<string> {
  const { repository, workflowRun, environment, commit, branch, by, deployment } = asked;
  const about = `gate ${workflowRun} ${deployment} ${environment}`;
  const digest = digestOf(about).slice('sha256:'.length);
  const id = `${repository.id}-deployment-${digest.slice(0, 16)}`;
  const home = await intake.github.facts.defaultBranch(repository);
  // What deploys by itself is answered for by whoever can change the repository.
  const isPerson = by.type === 'User';
  const requester: Requester = isPerson ? byPerson(by) : { kind: 'repository' };
  const rules = await readRules(intake, repository, home.sha);
  // A faulty configuration of the repository does not keep GitHub without an answer.
  const isSound = rules.ok && endpointFaults(intake, repository, rules).length === 0;
  const hooks = hooksFor(intake, repository, isSound ? rules.config : NO_CONFIG);
  const title = `Deploy ${commit.slice(0, 7)} of ${branch} to ${environment}`;
  const handled = await intake.handle({
    stream: taskStream(id),
    command: {
      type: 'create',
      data: {
        origin: { kind: 'deployment', workflowRun, environment, commit },
        command: 'deploy',
        instructions: '',
        goal: { title, body: '' },
        mode: 'live',
        graph: RELEASE,
        repository,
        issue: null,
        requester,
        target: null,
        labels: [],
        label: null,
        base: { ref: home.ref, sha: home.sha, because: '' },
        branch: `gatehouse/deployment-${digest.slice(0, 16)}`,
        worksOn: null,
        taint: [],
        plan: null,
        roles: [],
        gathered: false,
        config: hooks.length > 0 ? { ...NO_CONFIG, hooks } : NO_CONFIG,
        toolchain: { ecosystems: [], found: [], notes: [] },
      },
    },
    actor: isPerson ? actorOf(personOf(by)) : GATEHOUSE,
    correlation: { delivery: intake.delivery },
  });
  return handled.ok ? `created task ${id}` : handled.refusal.message;
}
