/** What an endpoint is told of the task or the backlog that a moment is of. */
import type { Repository } from '../../core/actor.ts';
import { type BacklogState, createdOf as backlogOf } from '../../core/backlog/state.ts';
import { backlogView } from '../../core/backlog/view.ts';
import type { Folded } from '../../core/fold.ts';
import { stillWaits } from '../../core/hooks/backlog-notice.ts';
import type { Notice } from '../../core/hooks/hook.ts';
import { stillHolds } from '../../core/hooks/notice.ts';
import { approvalPage, backlogPage, taskPage } from '../../core/links.ts';
import { placeOf } from '../../core/task/state/place.ts';
import { createdOf, type TaskState } from '../../core/task/state/state.ts';
import type { Settings } from '../dependencies.ts';

/** Where the pages of GitHub and of the console are. */
type Pages = Pick<Settings, 'web' | 'console'>;

export type NoticeSubject = {
  repository: Repository;
  /** Whether what the notice tells is still so. */
  stillHolds: boolean;
  data: { title: string; status: string } & Record<string, unknown>;
  /** The ids by which the commands of `gatehouse` find the rest. */
  names: string[];
  /** By what each leads to; what is not there is left out. */
  links(repository: Repository, pages: Pages): Record<string, string>;
};

const LONGEST_TITLE = 300;

const homeOf = ({ owner, name }: Repository, { web }: Pages): string => `${web}/${owner}/${name}`;

export function ofTask(task: string, { state }: Folded<TaskState>, notice: Notice): NoticeSubject {
  const { goal, command, repository } = createdOf(state);
  const run = state.runs.find(({ id }) => id === notice.of);
  const approval = notice.moment === 'approval' ? notice.about : null;
  return {
    repository,
    stillHolds: stillHolds(state, notice),
    data: {
      task,
      command,
      title: goal.title.slice(0, LONGEST_TITLE),
      status: state.status,
      issue: placeOf(state),
      pull: state.pull?.number ?? null,
      run: run ? { id: run.id, step: run.step, executor: run.executor } : null,
      approval,
    },
    names: [`task ${task}`, ...(run ? [`run ${run.id}`] : [])],
    links: (present, pages) => taskLinks(task, { state, repository: present, approval }, pages),
  };
}

function taskLinks(
  task: string,
  of: { state: TaskState; repository: Repository; approval: string | null },
  pages: Pages,
): Record<string, string> {
  const { state, repository, approval } = of;
  const { console } = pages;
  const home = homeOf(repository, pages);
  const issue = placeOf(state);
  const check = state.surfaces.check?.id;
  return {
    ...(issue === null ? {} : { issue: `${home}/issues/${issue}` }),
    ...(state.pull ? { pull: `${home}/pull/${state.pull.number}` } : {}),
    ...(check === undefined ? {} : { check: `${home}/runs/${check}` }),
    ...(console === null ? {} : { task: taskPage(console, task) }),
    ...(console === null || approval === null
      ? {}
      : { approval: approvalPage(console, task, approval) }),
  };
}

export function ofBacklog(id: string, folded: Folded<BacklogState>, notice: Notice): NoticeSubject {
  const { repository, tracking } = backlogOf(folded.state);
  const { title, status, items, stuckOn } = backlogView(id, folded);
  return {
    repository,
    stillHolds: stillWaits(folded.state, notice),
    data: {
      backlog: id,
      title: title.slice(0, LONGEST_TITLE),
      status,
      issue: tracking,
      items: items.map(({ id: item, status: now, task, pull }) => ({
        id: item,
        status: now,
        task,
        pull,
      })),
      stuckOn,
    },
    names: [`backlog/${id}`],
    links: (present, pages) => ({
      issue: `${homeOf(present, pages)}/issues/${tracking}`,
      ...(pages.console === null ? {} : { backlog: backlogPage(pages.console, id) }),
    }),
  };
}
