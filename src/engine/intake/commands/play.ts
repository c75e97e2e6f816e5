/** Somebody has a backlog worked: its plan is read once, and shown on the issue before anything starts. */
import type { BacklogData } from '../../../core/backlog/events.ts';
import { isOpen } from '../../../core/backlog/state.ts';
import { byPerson } from '../../../core/origin.ts';
import { backlogStream } from '../../../core/stream.ts';
import type { AskedCommand } from '../../../core/trigger.ts';
import { canonical, digestOf } from '../../chain.ts';
import type { Intake } from '../../dependencies.ts';
import { GitHubFailure } from '../../ports/github.ts';
import { actorOf, hasFollowed, personOf } from '../intake.ts';
import type { CommandResult } from '../reply.ts';
import { backlogHooksFor } from '../rules/hooks.ts';
import { idleInBacklog } from '../rules/idle-roles.ts';
import { readRules } from '../rules/repository-config.ts';
import { backlogOf } from './backlog.ts';
import { readPlan } from './backlog-plan.ts';

const refused = (reason: string): CommandResult => ({
  code: 'refused',
  command: 'play',
  reasons: [reason],
});

export async function play(intake: Intake, call: AskedCommand): Promise<CommandResult> {
  const { repository, issue: number, command } = call;
  const stream = backlogStream(repository.id, number);
  const before = await backlogOf(intake, repository, number);
  // A delivery that was followed and not settled comes again, perhaps once the backlog has ended.
  if (await hasFollowed(intake, stream, 'backlog.created')) return 'it is played already';
  if (isOpen(before.state))
    return refused('A backlog is open here: `/agent status` says how it stands.');
  const { facts } = intake.github;
  const tracking = await facts.issue(repository, number);
  if (tracking.state === 'closed')
    return refused('The issue is closed: reopen it, and call again.');
  if (tracking.locked) return refused('The issue is locked: unlock it, and call again.');
  const home = await facts.defaultBranch(repository).catch(error => {
    if (error instanceof GitHubFailure && error.class === 'empty') return null;
    throw error;
  });
  if (!home) return refused('The repository has no commit to work on yet.');
  const rules = await readRules(intake, repository, home.sha);
  if (!rules.ok) return { code: 'misconfigured', path: rules.path, faults: rules.faults };
  const read = await readPlan(
    intake,
    { repository, tracking, head: home.sha },
    command.text.trim(),
  );
  if (!read.ok) return read.answer;
  const idle = idleInBacklog(rules, read.plan);
  if (idle) return idle;
  const asks = rules.config.backlogs?.confirm ?? true;
  const hooks = backlogHooksFor(intake, repository, rules.config);
  const { source, plan } = read;
  return create(intake, call, { source, plan, asks, ...hooks });
}

async function create(
  intake: Intake,
  call: AskedCommand,
  of: Pick<BacklogData<'backlog.created'>, 'source' | 'plan' | 'asks' | 'hooks'>,
): Promise<CommandResult> {
  const { repository, issue: tracking } = call;
  const by = personOf(call.by);
  const requester = byPerson(call.by);
  const handled = await intake.handle({
    stream: backlogStream(repository.id, tracking),
    command: {
      type: 'create',
      data: { ...of, repository, requester, tracking, digest: digestOf(canonical(of.plan)) },
    },
    actor: actorOf(by),
    correlation: { delivery: intake.delivery },
  });
  return handled.ok
    ? `plays a backlog of ${of.plan.items.length}`
    : refused(handled.refusal.message);
}
