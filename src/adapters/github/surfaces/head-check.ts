/** The check run `gatehouse` on a commit that is no task's head: whether work of a task is in it. */
import type { HeadVerdict, JudgedHead } from '../../../core/judged-head.ts';
import { inert, inertCode, inertPlain } from './inert.ts';

type RenderedHeadCheck = { title: string; summary: string };

export function renderHeadCheck(
  { group }: JudgedHead,
  { conclusion, tasks, followed }: HeadVerdict,
): RenderedHeadCheck {
  if (tasks === null) return UNTOLD;
  const [first] = tasks;
  const what = group ? 'merge group' : 'pull request';
  if (!first)
    return {
      title: 'Nothing to judge',
      summary: `No work of an agent is in this ${what}, so Gatehouse has nothing to say about it.`,
    };
  const held = conclusion !== 'success';
  const about = `${first.title} (${first.verdict})`;
  return {
    title: inertPlain(held ? `It has work that is not allowed here: ${about}` : about, 200),
    summary: [
      `Commits in this ${what} were made by tasks of Gatehouse:`,
      tasks.map(task => `- ${line(task)}`).join('\n'),
      held
        ? `It is judged again when ${followed ? 'one of them changes' : 'somebody pushes to it'}, and by **Re-run**.`
        : '',
    ]
      .filter(part => part !== '')
      .join('\n\n'),
  };
}

/** Only a pull request from a fork is read like that. */
const UNTOLD: RenderedHeadCheck = {
  title: 'More commits than can be looked through',
  summary: [
    "Gatehouse can't tell whether work of an agent is in this pull request: it is from a fork, and has 250 commits or more, or they name more than 20 tasks.",
    'Squash them, and push again. Somebody with write access can push the branch to this repository in place of that, and open the pull request from there.',
  ].join('\n\n'),
};

const line = ({ id, title, pull, verdict }: NonNullable<HeadVerdict['tasks']>[number]): string =>
  `${pull === null ? '' : `#${pull} `}${inert(title, 200)}: ${inert(verdict, 300)} (task ${inertCode(id)})`;
