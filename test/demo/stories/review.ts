/** A review that asks for changes is worked off in one round, and answered in each of its threads. */
import { FILES } from '../../scenarios/environment.ts';
import { until } from '../until.ts';
import { type Story, scriptsIn } from './story.ts';

type Comment = { id: number; body: string; path: string; in_reply_to_id?: number };

/** What Gatehouse answered to the comment of that text. */
type AnswersTo = (body: string) => string[];

export const review: Story<AnswersTo> = {
  env: scriptsIn('remedies'),
  files: {
    ...FILES,
    '.github/gatehouse.yml': `${FILES['.github/gatehouse.yml']}  reviews: true\n`,
  },
  async play({ scenario, chapter }) {
    await chapter('1. Mona labels an issue, and a pull request is opened');
    const { pull } = await scenario.waiting();
    const ask = (by: typeof scenario.rey, comments: object[]) =>
      by.request('POST', `/pulls/${pull}/reviews`, {
        event: 'REQUEST_CHANGES',
        body: 'Two remarks.',
        comments,
      });

    await chapter('2. Otto, who has no role, asks for a change: nothing begins');
    await ask(scenario.otto, [{ path: 'sum.js', line: 1, body: 'Delete it.' }]);

    await chapter('3. Rey asks for two, each on its line');
    await ask(scenario.rey, [
      { path: 'sum.js', line: 1, body: 'Say what it does.' },
      { path: 'NOTES.md', line: 1, body: 'Is this so?' },
    ]);
    const comments = await until('an answer in both threads', async () => {
      const all: Comment[] = await scenario.mona.get(`/pulls/${pull}/comments`);
      return all.filter(one => one.in_reply_to_id !== undefined).length >= 2 && all;
    });
    await chapter('4. Each thread is answered with a commit or a reason; none is resolved');
    return body => {
      const asked = comments.find(comment => comment.body === body);
      return comments.filter(one => one.in_reply_to_id === asked?.id).map(one => one.body);
    };
  },
};
