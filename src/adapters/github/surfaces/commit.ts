/** The message of a commit that we push. */
import type { TaskView } from '../../../core/view.ts';
import { cleaned, clip, inertPlain } from './inert.ts';

/** `noreplyHost`: the host of GitHub's no-reply addresses. */
export function commitMessage(
  view: TaskView,
  noreplyHost: string = 'users.noreply.github.com',
): string {
  const { requester } = view;
  const login = cleaned(requester.login).replace(/[^A-Za-z0-9[\]_-]/g, '');
  return [
    subject(view),
    ...(view.summary ? [wrapped(inertPlain(view.summary, 1500))] : []),
    [
      `Gatehouse-Task: ${view.id.replace(/[^A-Za-z0-9._:/-]/g, '_')}`,
      `Co-authored-by: ${login} <${requester.id}+${login}@${noreplyHost}>`,
    ].join('\n'),
  ].join('\n\n');
}

function subject(view: TaskView): string {
  const rework =
    view.round > 1 ? view.reworks.find(({ round }) => round === view.round) : undefined;
  const text = rework
    ? rework.origin === 'check'
      ? 'Make the failing check pass'
      : rework.instructions || view.title
    : view.title;
  return clip(inertPlain(text, 72), 200);
}

/** Lines of at most 72 characters; none of them can be read as a trailer of its own paragraph. */
function wrapped(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line && line.length + word.length + 1 > 72) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line].join('\n');
}
