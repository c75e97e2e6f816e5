/** Somebody opened an issue: it is triaged where the default branch says so. */
import type { Account, Repository } from '../../../core/actor.ts';
import { isReservedLabel } from '../../../core/labels.ts';
import type { MalformedCall } from '../../../core/trigger.ts';
import type { Intake } from '../../dependencies.ts';
import { GitHubFailure } from '../../ports/github.ts';
import { admitOpening } from '../callers/callers.ts';
import { onCall } from '../commands/command.ts';
import { createFrom } from '../create/create-task.ts';
import { refusalWords } from '../create/refusal-words.ts';
import { readRules } from '../rules/repository-config.ts';

type Opened = { by: Account; repository: Repository; issue: number };

/** `command`: what its text asks for, which is answered. */
export async function onIssueOpened(
  intake: Intake,
  opened: Opened & { command: MalformedCall | null },
): Promise<string> {
  const called = opened.command && (await onCall(intake, opened.command));
  const note = await triage(intake, opened);
  return called ? `${called}; ${note}` : note;
}

/** Nobody called, so nobody is answered where nothing comes of it: the delivery's note says why. */
async function triage(intake: Intake, { by, repository, issue: number }: Opened): Promise<string> {
  const { facts } = intake.github;
  const home = await facts.defaultBranch(repository).catch(error => {
    if (error instanceof GitHubFailure && error.class === 'empty') return null;
    throw error;
  });
  if (home === null) return 'not triaged: the repository has no commit';
  const rules = await readRules(intake, repository, home.sha);
  if (!rules.ok) return `not triaged: ${rules.path}: ${rules.faults.join('; ')}`;
  if (!rules.config.triage) return 'not triaged: the default branch does not ask for it';
  const beyond = await admitOpening(intake, repository, by);
  if (beyond !== null) return `not triaged: ${beyond}`;
  const issue = await facts.issue(repository, number);
  // What the label starts is what its author wants of the issue.
  if (issue.labels.some(isReservedLabel)) return 'not triaged: a label on it commands';
  const created = await createFrom(intake, {
    repository,
    origin: { kind: 'opened' },
    requester: { kind: 'repository' },
    command: { name: 'triage', text: '' },
    graph: 'triage',
    about: { issue, isPull: false },
    goal: { title: issue.title, body: issue.body },
    taint: [],
    planned: null,
    runs: null,
    target: null,
    label: null,
    key: `opened #${number} of ${repository.id}`,
    delivery: intake.delivery,
  });
  if (created.outcome !== 'refused') return `${created.outcome} task ${created.task}`;
  return `not triaged: ${refusalWords(created.answer).join(' ')}`;
}
