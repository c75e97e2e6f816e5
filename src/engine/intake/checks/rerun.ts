/** Somebody has our check runs run again: by Re-run, Re-run all, or our button Retry. */
import { type Account, hasRole, type Repository } from '../../../core/actor.ts';
import { readCheckAbout } from '../../../core/check-about.ts';
import { COMMANDS } from '../../../core/commands/commands.ts';
import { taskStream } from '../../../core/stream.ts';
import type { Intake } from '../../dependencies.ts';
import { hasFollowed, personOf, sendToTask } from '../intake.ts';
import { onDefaultBranch } from '../rules/default-branch.ts';
import { onExamine } from '../rules/policy-change.ts';
import { requestCheck } from './required-check.ts';

type RerunRequest = { repository: Repository; by: Account; head: string };

export async function onRerun(
  intake: Intake,
  trigger: RerunRequest & { checks: { suite: number } | { name: string; about: string } },
): Promise<string> {
  const { repository, checks } = trigger;
  if (!(await mayRerun(intake, trigger))) return 'who asks may not';
  const { facts } = intake.github;
  const all = 'suite' in checks ? await facts.ownChecks(repository, checks.suite) : [checks];
  const notes: string[] = [];
  for (const { about } of all) notes.push(await runAgain(intake, trigger, about));
  return notes.join('; ') || 'no check of ours';
}

/** GitHub shows these buttons only to people with write access; that is looked up all the same. */
export async function mayRerun(
  { github }: Pick<Intake, 'github'>,
  { repository, by }: Pick<RerunRequest, 'repository' | 'by'>,
): Promise<boolean> {
  const role = await github.facts.role(repository, by);
  return hasRole(role, COMMANDS.cancel.role);
}

async function runAgain(intake: Intake, asked: RerunRequest, text: string): Promise<string> {
  const { repository, head } = asked;
  const about = readCheckAbout(text);
  switch (about.kind) {
    case 'task':
      return rerunTask(intake, asked, about.task);
    case 'policy':
      return about.pull === null
        ? onDefaultBranch(intake, { repository, head })
        : examineAgain(intake, { repository, pull: about.pull });
    case 'group':
    case 'pull':
      return requestCheck(intake, repository, {
        pull: about.pull,
        group: about.kind === 'group',
        head,
      });
  }
}

async function examineAgain(
  intake: Intake,
  of: { repository: Repository; pull: number },
): Promise<string> {
  const examined = await onExamine(intake, of);
  return 'nothing' in examined ? examined.nothing : examined.note;
}

export async function rerunTask(
  intake: Intake,
  asked: RerunRequest,
  task: string,
): Promise<string> {
  const { repository, head } = asked;
  const by = personOf(asked.by);
  const row = await intake.tasks.find(task);
  if (row?.repositoryId !== repository.id) return 'no task of ours';
  if (await hasFollowed(intake, taskStream(task), 'check.rerequested')) return 'it is done already';
  const handled = await sendToTask(intake, task, { type: 'rerun', by, head }, by);
  return handled.ok ? `${task} runs again` : handled.refusal.message;
}
