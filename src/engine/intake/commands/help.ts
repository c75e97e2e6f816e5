/** `/agent help`: what may be asked for at this place, by whoever asks, and why not the rest. */
import { CommandName } from '../../../core/commands/commands.ts';
import type { SingleReply } from '../../../core/reply.ts';
import { offersTo } from '../../../core/task/views/offers.ts';
import type { AskedCommand } from '../../../core/trigger.ts';
import { ownCounts } from '../../acts/own-counts.ts';
import type { Intake } from '../../dependencies.ts';
import type { TaskRow } from '../../ports/event-log.ts';
import { stateOf } from '../intake.ts';
import { backlogOf } from './backlog.ts';
import { overOf } from './no-task.ts';

/** `/agent help lint` is about that one command; another word is answered by all of them. */
export async function helpTo(
  intake: Intake,
  call: AskedCommand,
  last: TaskRow | undefined,
): Promise<SingleReply> {
  const { by, repository, isPull, issue: number, command } = call;
  const role = await intake.github.facts.role(repository, by);
  const task = last ? await stateOf(intake, last) : null;
  const place = isPull ? ('pull' as const) : ('issue' as const);
  const named = CommandName.safeParse(command.text.toLowerCase());
  const { state: backlog } = await backlogOf(intake, repository, number);
  const { owner, name } = repository;
  const own = ownCounts(intake, { repository: `${owner}/${name}`, role });
  const over = (await overOf(intake, call)) ?? undefined;
  const asking = { by, role, place, number, task, backlog, request: null, over, ownCounts: own };
  return { code: 'help', offers: offersTo(asking, named.success ? named.data : null) };
}
