/** A backlog on its tracking issue: what needs what, how each item stands, and what people are asked. */
import { backlogPicture, STATUS_MARKS } from '../../../core/backlog/picture.ts';
import type { Retrospective } from '../../../core/backlog/retrospective.ts';
import type { BacklogView, ItemView } from '../../../core/backlog/view.ts';
import { BODY_BYTES, duration, fitted, whoAnswers } from './formats.ts';
import { inert, inertCode, inertPlain } from './inert.ts';
import { backlogMarker } from './markers.ts';
import { table } from './table.ts';

export function renderBacklog(view: BacklogView): string {
  const { items, last, cursor, id } = view;
  const titled = items.map(item => ({ ...item, title: inertPlain(item.title, 80) }));
  const parts = [
    backlogMarker(id),
    headline(view),
    asked(view),
    itemTable(items),
    `\`\`\`mermaid\n${backlogPicture(titled)}\n\`\`\``,
    `Last: ${inert(last.what, 200)}, ${last.at.slice(0, 16).replace('T', ' ')} UTC. Cursor: ${inertCode(`backlog/${id}@${cursor.seq}`)} ${inertCode(cursor.hash.slice(0, 19))}.`,
  ];
  return fitted(parts, BODY_BYTES);
}

const STATUS_WORDS: Readonly<Record<BacklogView['status'], string>> = {
  proposed: 'is planned',
  active: 'works',
  paused: 'is paused: what runs ends, and nothing else begins',
  success: 'is done',
  canceled: 'was canceled',
};

function headline({ title, status, items, requester, atOnce, source }: BacklogView): string {
  const count = (...of: ItemView['status'][]) =>
    items.filter(item => of.includes(item.status)).length;
  const parts = [
    `${count('merged', 'done')} of ${items.length} done`,
    ...(count('failed') > 0 ? [`${count('failed')} failed`] : []),
    ...(count('canceled') > 0 ? [`${count('canceled')} canceled`] : []),
  ];
  const from =
    source.kind === 'file'
      ? `, from ${inertCode(source.path)} at ${inertCode(source.commit.slice(0, 7))}`
      : '';
  return `**Gatehouse** ${STATUS_WORDS[status]}: ${inert(title, 200)} — ${parts.join(', ')}. Asked for by ${whoAnswers(requester)}${from}; at most ${atOnce} at the same time.`;
}

function asked({ status, stuckOn, digest }: BacklogView): string {
  if (status === 'proposed')
    return `Nothing has begun yet. ${inertCode('/agent approve')} begins this plan (${inertCode(digest.slice(7, 19))}); ${inertCode('/agent cancel')} drops it.`;
  if (status === 'paused') return `${inertCode('/agent resume')} goes on.`;
  const [first] = stuckOn;
  if (status !== 'active' || first === undefined) return '';
  return `Nothing goes on until somebody decides about ${stuckOn.map(id => inertCode(id, 60)).join(', ')}: ${inertCode(`/agent retry ${first}`)} tries it again, ${inertCode(`/agent cancel ${first}`)} gives it up, and what needs it.`;
}

function itemTable(items: readonly ItemView[]): string {
  const rows = items.map(item => [
    inertCode(item.id, 60),
    item.issue === null ? inert(item.title, 100) : `#${item.issue}`,
    `${STATUS_MARKS[item.status]} ${item.status}`,
    item.pull === null ? '' : `#${item.pull}`,
    detailOf(item),
  ]);
  return table(['item', 'what', 'state', 'pull request', ''], rows);
}

function detailOf({ status, phase, waitsFor, reason, attempt }: ItemView): string {
  const tries = attempt > 1 ? `, try ${attempt}` : '';
  if (status === 'running') return `${inert(phase || 'begins', 100)}${tries}`;
  if (waitsFor.length > 0) return `needs ${waitsFor.map(id => inertCode(id, 60)).join(', ')}`;
  return status === 'failed' || status === 'canceled' ? inert(reason, 200) : tries.slice(2);
}

/** What came of it, once, as a comment that people are notified of. */
export function renderRetrospective({ outcome, title, lastedMs, items }: Retrospective): string {
  const rows = items.map(item => [
    inertCode(item.id, 60),
    inert(item.title, 80),
    item.status,
    item.pull === null ? '' : `#${item.pull}`,
    `${item.attempts}`,
    duration(item.lastedMs),
    item.reason ? inert(item.reason, 200) : '',
  ]);
  const again = items.filter(({ attempts }) => attempts > 1).map(({ id }) => inertCode(id, 60));
  const slowest = items.toSorted((a, b) => (b.lastedMs ?? 0) - (a.lastedMs ?? 0))[0];
  const lines = [
    outcome === 'success'
      ? `All of this is done: ${inert(title, 200)}. It took ${duration(lastedMs)}.`
      : `This was canceled after ${duration(lastedMs)}: ${inert(title, 200)}.`,
    ...(again.length > 0 ? [`Tried more than once: ${again.join(', ')}.`] : []),
    ...(slowest?.lastedMs
      ? [`The longest was ${inertCode(slowest.id, 60)}, with ${duration(slowest.lastedMs)}.`]
      : []),
  ];
  const head = ['item', 'what', 'state', 'pull request', 'tries', 'took', ''];
  return [lines.join(' '), table(head, rows)].join('\n\n');
}
