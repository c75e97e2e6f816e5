/** Backlogs in words for a terminal. Whatever comes from outside is made plain. */
import type { BacklogView } from '../core/backlog/view.ts';
import { requesterName } from '../core/origin.ts';
import { plain } from '../core/text/plain-text.ts';
import { table } from './output.ts';

const HEAD = ['BACKLOG', 'REPOSITORY', 'ISSUE', 'STATUS', 'DONE', 'TITLE'];

const doneIn = ({ items }: BacklogView): string => {
  const done = items.filter(({ status }) => status === 'merged' || status === 'done').length;
  return `${done} of ${items.length}`;
};

export const backlogTable = (backlogs: readonly BacklogView[]): string[] =>
  table([
    HEAD,
    ...backlogs.map(backlog => [
      `backlog/${backlog.id}`,
      plain(`${backlog.repository.owner}/${backlog.repository.name}`),
      `#${backlog.tracking}`,
      backlog.status,
      doneIn(backlog),
      plain(backlog.title, 50),
    ]),
  ]);

export function describeBacklog(view: BacklogView): string[] {
  const { id, repository, tracking, title, status, requester, waits, last, cursor } = view;
  const items = view.items.map(item => [
    item.id,
    item.status,
    item.pull === null ? '' : `#${item.pull}`,
    item.task ?? '',
    plain(
      item.waitsFor.length > 0 ? `needs ${item.waitsFor.join(', ')}` : item.phase || item.reason,
      80,
    ),
    plain(item.title, 50),
  ]);
  return [
    `${plain(`${repository.owner}/${repository.name}`)}#${tracking}: ${plain(title)}`,
    `${status}, ${doneIn(view)} done`,
    ...(waits ? [`${plain(waits.reason)} It waits since ${waits.since.slice(0, 16)}Z.`] : []),
    '',
    `backlog   ${id}, for ${plain(requesterName(requester))}, ${view.atOnce} at a time`,
    `time      ${view.createdAt.slice(0, 16)}Z${view.endedAt ? ` to ${view.endedAt.slice(0, 16)}Z` : ', not ended'}`,
    `last      ${plain(last.what, 200)}`,
    '',
    ...table([['ITEM', 'STATE', 'PULL', 'TASK', 'DETAIL', 'TITLE'], ...items]),
    '',
    `log       event ${cursor.seq}, ${cursor.hash}`,
  ];
}
