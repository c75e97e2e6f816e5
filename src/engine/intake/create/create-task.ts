/** Creates a task of any origin, with everything about it that is looked up once. */

import { type Actor, GATEHOUSE, type Repository } from '../../../core/actor.ts';
import { type GivenCommand, placeFault } from '../../../core/commands/commands.ts';
import { type Graph, rolesIn } from '../../../core/graph/graph.ts';
import { graphFor } from '../../../core/graph/graph-file.ts';
import { dryRun, forPull, type GraphName, ledBy, workAlone } from '../../../core/graph/graphs.ts';
import { commandGraph, withHookSteps } from '../../../core/hooks/hook-steps.ts';
import { byPerson, type Origin, type Requester } from '../../../core/origin.ts';
import { roleForRework } from '../../../core/profile.ts';
import type { SingleReply } from '../../../core/reply.ts';
import { switchedOff, withoutIdleRemedies } from '../../../core/repository-config/switched-off.ts';
import { taskStream } from '../../../core/stream.ts';
import type { Taint } from '../../../core/taint.ts';
import type { Target } from '../../../core/target.ts';
import type { AcceptedPlan } from '../../../core/task/events/plan-before.ts';
import { withoutPlanning } from '../../../core/task/work/accepted-plan.ts';
import type { AskedCommand } from '../../../core/trigger.ts';
import { digestOf } from '../../chain.ts';
import type { Intake, WorkerDependencies } from '../../dependencies.ts';
import { filesAt } from '../../files-at.ts';
import { GitHubFailure, type IssueFacts } from '../../ports/github.ts';
import { taintOf, taintOfRemarks } from '../callers/taint.ts';
import { GITHUB, ofPull } from '../intake.ts';
import type { CommandResult } from '../reply.ts';
import { chooseGraph } from '../rules/choose-graph.ts';
import { endpointFaults, hooksFor, rolesOfHooks, stepFaults } from '../rules/hooks.ts';
import { idleRoles } from '../rules/idle-roles.ts';
import { ownRolesFor } from '../rules/own-roles.ts';
import { misconfigured, readRepositoryConfig, readRules } from '../rules/repository-config.ts';
import { workflowFaults } from '../rules/workflow-faults.ts';
import { branchName } from './branch-name.ts';
import { missingTools } from './missing-tools.ts';
import { withPushTarget } from './push-target.ts';
import { startingPointOf } from './starting-point.ts';
import { whyNotCalled } from './unasked-tasks.ts';

const hasAgents = ({ steps }: Graph): boolean => steps.some(({ kind }) => kind === 'agent');

/** The issue or pull request that a task is about, as it stands. */
type TaskSubject = { issue: IssueFacts; isPull: boolean };

export type TaskOrder = {
  repository: Repository;
  origin: Origin;
  requester: Requester;
  command: Pick<GivenCommand, 'name' | 'text' | 'base'>;
  graph: GraphName;
  /** Null where it is about nothing on GitHub: then the goal says all of it. */
  about: TaskSubject | null;
  goal: { title: string; body: string };
  /** Of what the goal was made, where that is not the text of what it is about. */
  taint: Taint[];
  /** The plan that it goes on from, with what whoever wrote it had read; null where it has none. */
  planned: { plan: AcceptedPlan; taint: Taint[] } | null;
  /** One of the repository's own commands, which is all of the work; null of a command's graph. */
  runs: string | null;
  /** The comment or issue that called, where the reply is written. */
  target: Target | null;
  /** The label that called, which is taken off again. */
  label: string | null;
  /** The idempotency key of the order: it makes one task, however often it is given. */
  key: string;
  /** It is of an evaluation: nothing of it is seen outside. `role`: who leads the work; null: as ever. */
  evaluates?: { role: string | null };
  /** Many called at once, and one comment answers for all of them. */
  gathered?: boolean;
  /** The delivery that brought it; null where none did. */
  delivery: string | null;
  /** Ends the open task in whose place this one comes, once nothing else refuses it; else why that can't end. */
  makeRoom?: MakeRoom;
};

type MakeRoom = () => Promise<SingleReply | null>;

/** `repeated`: the order was given before and has made this task. */
type CreatedTask =
  | { outcome: 'created' | 'repeated'; task: string }
  | { outcome: 'refused'; answer: SingleReply };

const refused = (answer: SingleReply): CreatedTask => ({ outcome: 'refused', answer });

export async function createFrom(deps: WorkerDependencies, order: TaskOrder): Promise<CreatedTask> {
  const { github, settings } = deps;
  const { id, name } = namesOf(order);
  // What would refuse it now, such as an issue that was closed meanwhile, did not when it was given first.
  if (await deps.tasks.find(id)) return { outcome: 'repeated', task: id };
  const { repository, command, about, origin, requester, evaluates } = order;
  const because = (reason: string) =>
    refused({ code: 'refused', command: command.name, reasons: [reason] });
  const misplaced = order.runs === null ? whyMisplaced(order) : null;
  if (misplaced !== null) return because(misplaced);
  const closed = about && whyClosed(about);
  if (closed) return because(closed);
  const beside = about?.isPull && (await ofPull(deps, repository.id, about.issue.number));
  // A second task would push to the branch on which that one works.
  if (beside) return refused({ code: 'busy', task: beside.id });
  const home = await github.facts.defaultBranch(repository).catch(error => {
    if (error instanceof GitHubFailure && error.class === 'empty') return null;
    throw error;
  });
  if (home === null)
    return because(
      'The repository has no commit to work on yet: push a first one, and call again.',
    );
  if (home.archived) return because('The repository is archived: unarchive it, and call again.');
  const rules = await readRules(deps, repository, home.sha);
  if (!rules.ok) return refused({ code: 'misconfigured', path: rules.path, faults: rules.faults });
  const ground = await startingPointOf(deps, order, { home, config: rules.config });
  if ('code' in ground) return refused(ground);
  const { base, worksOn, read, remarks } = ground;
  const found = await readRepositoryConfig(deps, repository, rules, base);
  if (!found.ok) return refused({ code: 'misconfigured', path: found.path, faults: found.faults });
  const { config, toolchain } = found;
  const hooks = evaluates ? [] : hooksFor(deps, repository, config);
  const asked = { command: command.name, graph: order.graph };
  const written = order.runs === null ? graphFor(rules.graphs, order.graph) : order.graph;
  const roles = [...(typeof written === 'string' ? [] : rolesIn(written)), ...rolesOfHooks(hooks)];
  const own = await ownRolesFor(deps, repository, home.sha, roles);
  if (!own.ok) return refused({ code: 'misconfigured', path: own.path, faults: own.faults });
  const unusable = misconfigured(
    evaluates
      ? []
      : [
          ...endpointFaults(deps, repository, rules),
          ...stepFaults(rules, config.commands, own.profiles),
        ],
  );
  if (unusable)
    return refused({ code: 'misconfigured', path: unusable.path, faults: unusable.faults });
  const whole =
    order.runs === null
      ? chooseGraph({ profiles: own.profiles }, asked, rules, found)
      : commandGraph(order.runs, config.commands);
  if ('code' in whole) return refused(whole);
  const role =
    origin.kind === 'check'
      ? roleForRework(deps.profiles.values(), 'check')
      : (evaluates?.role ?? null);
  const unplanned = order.planned && withoutPlanning(whole);
  const led = role === null ? (unplanned ?? whole) : ledBy(whole, role);
  const placed = worksOn ? forPull(led, worksOn) : evaluates ? workAlone(led) : led;
  const isOff = (role: string) => switchedOff(config, own.roles, role);
  const idle = idleRoles(placed, isOff, rules);
  if (idle) return refused(idle);
  const mended = withoutIdleRemedies(placed, isOff);
  const graph = order.runs === null ? withHookSteps(mended, hooks) : mended;
  const workflows = filesAt(deps, { repository, commit: home.sha });
  const undeployed = misconfigured(await workflowFaults(rules, workflows, graph));
  if (undeployed)
    return refused({ code: 'misconfigured', path: undeployed.path, faults: undeployed.faults });
  const missing = await missingTools(deps, graph, config.commands);
  if (missing.length > 0) return refused({ code: 'missing_tools', missing });
  // Without real agents or a script, the task is a dry run.
  const live = settings.realAgents || settings.simulation !== null || !hasAgents(graph);
  const issue = about?.issue.number ?? null;
  const data = await withPushTarget(deps, {
    origin,
    command: command.name,
    instructions: command.text,
    goal: { title: order.goal.title, body: order.goal.body },
    mode: live ? 'live' : 'dry_run',
    graph: live ? graph : dryRun(graph),
    repository,
    issue,
    requester,
    target: order.target,
    labels: about?.issue.labels ?? [],
    label: order.label,
    base,
    branch: await branchName(deps, repository, name),
    worksOn,
    taint: [
      ...order.taint,
      ...(unplanned ? (order.planned?.taint ?? []) : []),
      ...(await taintOf(deps, repository, read)),
      ...taintOfRemarks(remarks),
    ],
    roles: own.roles,
    gathered: order.gathered ?? false,
    plan: unplanned ? (order.planned?.plan ?? null) : null,
    config: hooks.length > 0 ? { ...config, hooks } : config,
    toolchain,
  });
  const stopped = await whyNotCalled(deps, id, data);
  if (stopped !== null) return because(stopped);
  const stays = await order.makeRoom?.();
  if (stays) return refused(stays);
  const handled = await deps.handle({
    stream: taskStream(id),
    command: { type: 'create', data },
    actor: actorFor(order),
    correlation: {
      ...(order.delivery === null ? {} : { delivery: order.delivery }),
      ...(origin.kind === 'console' ? { via: 'console' as const } : {}),
    },
  });
  if (handled.ok) return { outcome: 'created', task: id };
  if (handled.openTask !== undefined) return refused({ code: 'busy', task: handled.openTask });
  const { code, message } = handled.refusal;
  return code === 'repeated' ? { outcome: 'repeated', task: id } : because(message);
}

/** Its agent would have nothing to read, or its result no place. */
function whyMisplaced({ command, about }: Pick<TaskOrder, 'command' | 'about'>): string | null {
  const place = about && (about.isPull ? 'pull' : 'issue');
  const fault = placeFault(command.name, place);
  return fault && `${command.name} ${fault}: name one by \`issue\`.`;
}

/** Of a pull request that is closed, it matters whether it is merged. */
function whyClosed({ issue, isPull }: TaskSubject): string | null {
  const what = isPull ? 'pull request' : 'issue';
  if (issue.locked) return `The ${what} is locked: unlock it, and call again.`;
  return issue.state === 'closed' && !isPull
    ? `The ${what} is closed: reopen it, and call again.`
    : null;
}

/** The id of the task that the order makes. */
export const taskOf = (order: Pick<TaskOrder, 'repository' | 'about' | 'origin' | 'key'>): string =>
  namesOf(order).id;

/** The task's id, and what its branch is named after. Where no issue tells tasks apart, more of the digest does. */
function namesOf({
  repository,
  about,
  origin,
  key,
}: Pick<TaskOrder, 'repository' | 'about' | 'origin' | 'key'>): { id: string; name: string } {
  const digest = digestOf(key).slice('sha256:'.length);
  if (about) {
    const short = digest.slice(0, 8);
    const { number } = about.issue;
    return { id: `${repository.id}-${number}-${short}`, name: `issue-${number}-${short}` };
  }
  const long = `${origin.kind}-${digest.slice(0, 16)}`;
  return { id: `${repository.id}-${long}`, name: long };
}

/** The requester of work that a failing check starts has not asked for it. */
function actorFor({ requester, origin }: TaskOrder): Actor {
  if (origin.kind === 'check') return GITHUB;
  return requester.kind === 'repository' ? GATEHOUSE : requester;
}

/** A task that somebody asks for on an issue or a pull request. */
export async function createTask(
  intake: Intake,
  call: AskedCommand,
  graph: GraphName,
  { planned, makeRoom }: Pick<TaskOrder, 'planned'> & { makeRoom: MakeRoom | null },
): Promise<CommandResult> {
  const { repository, command, isPull, label, target } = call;
  const issue = await intake.github.facts.issue(repository, call.issue);
  // The delivery may be late: the label was found on GitHub before, or somebody took it off again.
  if (label !== null && !issue.labels.includes(label)) return `the label ${label} is gone again`;
  const created = await createFrom(intake, {
    repository,
    origin: { kind: isPull ? 'pull' : 'issue' },
    requester: byPerson(call.by),
    command,
    graph,
    about: { issue, isPull },
    goal: { title: issue.title, body: issue.body },
    taint: [],
    planned,
    runs: null,
    target,
    label,
    key: intake.delivery,
    gathered: call.gathered,
    delivery: intake.delivery,
    ...(makeRoom && { makeRoom }),
  });
  switch (created.outcome) {
    case 'created':
      return `created task ${created.task}`;
    case 'repeated':
      return `${created.task} exists already`;
    case 'refused':
      return created.answer;
  }
}
