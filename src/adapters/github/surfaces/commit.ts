/** The message of a commit that we push. */
import type { Person } from '../../../core/actor.ts';
import { taskPage } from '../../../core/links.ts';
import { personWhoAsked } from '../../../core/origin.ts';
import type { TaskView } from '../../../core/view.ts';
import { cleaned } from './cleaned.ts';
import { clip, inertPlain } from './inert.ts';

/** `noreplyHost`: the host of GitHub's no-reply addresses. */
export function commitMessage(
  view: TaskView,
  noreplyHost: string = 'users.noreply.github.com',
): string {
  const asked = personWhoAsked(view.requester);
  return [
    subject(view),
    ...(view.summary ? [wrapped(inertPlain(view.summary, 1500))] : []),
    [
      `Gatehouse-Task: ${view.id.replace(/[^A-Za-z0-9._:/-]/g, '_')}`,
      ...(view.console === null ? [] : [`Gatehouse-Page: ${taskPage(view.console, view.id)}`]),
      ...(asked ? [coAuthor(asked, noreplyHost)] : []),
    ].join('\n'),
  ].join('\n\n');
}

function coAuthor({ id, login: name }: Person, noreplyHost: string): string {
  const login = cleaned(name).replace(/[^A-Za-z0-9[\]_-]/g, '');
  return `Co-authored-by: ${login} <${id}+${login}@${noreplyHost}>`;
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

/**
 * Lines of 72 characters, longer where a line would begin like a trailer: trailers are ours alone,
 * and some programs look for them in every line.
 */
function wrapped(text: string): string {
  const lines: string[] = [];
  const words = text.split(' ');
  let line = '';
  for (const [at, word] of words.entries()) {
    const isFull = line !== '' && line.length + word.length + 1 > 72;
    if (isFull && !beginsTrailer(word, words[at + 1])) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  const [first = '', second] = words;
  return `${beginsTrailer(first, second) ? '- ' : ''}${[...lines, line].join('\n')}`;
}

/** A name with a colon after it, which may stand apart; git takes other marks where it is told to. */
const beginsTrailer = (word: string, next = ''): boolean =>
  /^[\p{L}\p{N}_-]+[:=#]/u.test(word) || (/^[\p{L}\p{N}_-]+$/u.test(word) && /^[:=#]/.test(next));
