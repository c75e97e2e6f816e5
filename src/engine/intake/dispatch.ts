/** The repository's own automation asks for work, where its default branch lets it. */
import { type Account, hasRole, type Repository } from '../../core/actor.ts';
import type { DispatchedCall } from '../../core/call.ts';
import { COMMANDS, startable } from '../../core/commands.ts';
import { byPerson } from '../../core/origin.ts';
import type { SingleReply } from '../../core/reply.ts';
import type { Intake } from '../dependencies.ts';
import { createFrom } from './create-task.ts';
import { personOf } from './intake.ts';
import { refusalWords } from './refusal-words.ts';
import { reply } from './reply.ts';
import { readRules } from './repository-config.ts';
import { resumeTask, saidAnew, taskOnBranch } from './resume-task.ts';

/** The delivery's note says what came of it; where it is about an issue, the issue does as well. */
export async function onDispatch(
  intake: Intake,
  trigger: { by: Account; repository: Repository; order: DispatchedCall | { faults: string[] } },
): Promise<string> {
  const { by, repository, order } = trigger;
  if ('faults' in order) return `refused: ${order.faults.join('; ')}`;
  const { facts } = intake.github;
  const command = startable(order.command);
  if (command === null) return `refused: ${order.command} is no command that starts work`;
  const { name, graph } = command;
  const home = await facts.defaultBranch(repository);
  const rules = await readRules(intake, repository, home.sha);
  if (!rules.ok) return `refused: ${rules.path}: ${rules.faults.join('; ')}`;
  if (!rules.config.dispatch?.commands.includes(name))
    return `refused: .github/gatehouse.yml of the default branch does not say \`dispatch: { commands: [${name}] }\``;
  // GitHub lets nobody else send it; who may, is looked up all the same.
  const role = await facts.role(repository, by);
  if (!hasRole(role, COMMANDS[name].role)) return `refused: ${by.login} has the role ${role}`;
  const { issue: number, key = intake.delivery } = order;
  const resume = async (task: string, text = order.text): Promise<string> => {
    const requester = { kind: 'person' as const, ...personOf(by) };
    const call = { command: order.command, text };
    const asked = { call, caller: { requester, trusted: true }, taint: [] };
    const refusal = await resumeTask(intake, task, { ...asked, key: `dispatch ${key}` });
    return refusal === null
      ? `resumed task ${task}`
      : `refused: the task ${task}: ${refusal.message}`;
  };
  if (order.task !== undefined) {
    const row = await intake.tasks.find(order.task);
    return row?.repositoryId === repository.id
      ? resume(row.id)
      : 'refused: client_payload.task: the repository has no such task';
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
  return refuse(intake, trigger, number, created.answer);
}

async function refuse(
  intake: Intake,
  { by, repository }: { by: Account; repository: Repository },
  number: number | undefined,
  answer: SingleReply,
): Promise<string> {
  if (number === undefined) return `refused: ${refusalWords(answer).join(' ')}`;
  const target = { kind: 'issue' as const, number };
  return reply(intake, { by, repository, target }, answer);
}
