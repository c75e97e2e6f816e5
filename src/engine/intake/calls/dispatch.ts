/** The repository's own automation asks for work, where its default branch lets it. */
import { type Account, hasRole, type Repository } from '../../../core/actor.ts';
import type { DispatchedCall } from '../../../core/call.ts';
import { COMMANDS, STARTABLE, startable } from '../../../core/commands/commands.ts';
import { byPerson } from '../../../core/origin.ts';
import type { Intake } from '../../dependencies.ts';
import { createFrom } from '../create/create-task.ts';
import { personOf } from '../intake.ts';
import { readRules } from '../rules/repository-config.ts';
import { refuseDispatch } from './refuse-dispatch.ts';
import { resumeTask, saidAnew, taskOnBranch } from './resume-task.ts';

type Dispatched = {
  by: Account;
  repository: Repository;
  /** `issue`: the one that a call which can't be used names all the same. */
  order: DispatchedCall | { faults: string[]; issue: number | null };
};

/** The delivery's note says what came of it; where it is about an issue, a refusal stands there as well. */
export async function onDispatch(intake: Intake, trigger: Dispatched): Promise<string> {
  const { by, repository, order } = trigger;
  const { facts } = intake.github;
  const refused = (...reasons: string[]) =>
    refuseDispatch(intake, trigger, order.issue ?? null, { code: 'dispatch_refused', reasons });
  const command = 'faults' in order ? null : startable(order.command);
  // GitHub lets nobody else send it; who may, is looked up all the same.
  const role = await facts.role(repository, by);
  const least = command === null ? 'write' : COMMANDS[command.name].role;
  if (!hasRole(role, least))
    return refused(
      `${by.login} has the role ${role} here, and it takes ${least}: send it with a token of somebody who has that.`,
    );
  if ('faults' in order) return refused(...order.faults);
  if (command === null)
    return refused(
      `client_payload.command: ${order.command} is no command that starts work; those are: ${STARTABLE.join(', ')}`,
    );
  const { name, graph } = command;
  const home = await facts.defaultBranch(repository);
  const rules = await readRules(intake, repository, home.sha);
  if (!rules.ok) {
    const { path, faults } = rules;
    return refuseDispatch(intake, trigger, order.issue ?? null, {
      code: 'misconfigured',
      path,
      faults,
    });
  }
  if (!rules.config.dispatch?.commands.includes(name))
    return refused(
      `.github/gatehouse.yml of the default branch does not say \`dispatch: { commands: [${name}] }\``,
    );
  const { issue: number, key = intake.delivery } = order;
  const resume = async (task: string, text = order.text): Promise<string> => {
    const requester = { kind: 'person' as const, ...personOf(by) };
    const call = { command: order.command, text };
    const asked = { call, caller: { requester, trusted: true }, taint: [] };
    const refusal = await resumeTask(intake, task, { ...asked, key: `dispatch ${key}` });
    if (refusal === null) return `resumed task ${task}`;
    const row = number === undefined ? await intake.tasks.find(task) : null;
    return refuseDispatch(intake, trigger, number ?? row?.pull ?? row?.issue ?? null, {
      code: 'dispatch_refused',
      reasons: [`the task ${task}: ${refusal.message}`],
    });
  };
  if (order.task !== undefined) {
    const row = await intake.tasks.find(order.task);
    return row?.repositoryId === repository.id
      ? resume(row.id)
      : refused('client_payload.task: the repository has no such task');
  }
  const onBranch = order.branch && (await taskOnBranch(intake, repository, order.branch));
  if (onBranch) return resume(onBranch, saidAnew(order));
  const issue = number === undefined ? null : await facts.issue(repository, number);
  const created = await createFrom(intake, {
    repository,
    origin: { kind: 'dispatch', key },
    requester: byPerson(by),
    command: { name, text: order.text, ...(order.base === undefined ? {} : { base: order.base }) },
    graph,
    about: issue && { issue, isPull: issue.isPull },
    goal: issue ?? { title: order.title ?? '', body: order.body },
    taint: [],
    planned: null,
    runs: null,
    target: number === undefined ? null : { kind: 'issue', number },
    label: null,
    key: `dispatch ${key}`,
    delivery: intake.delivery,
  });
  if (created.outcome !== 'refused') return `${created.outcome} task ${created.task}`;
  // Whatever works on the issue goes on with what the call says.
  if (created.answer.code === 'busy' && order.text !== '') return resume(created.answer.task);
  return refuseDispatch(intake, trigger, number ?? null, created.answer);
}
