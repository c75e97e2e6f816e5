/** From a label to the merge, with an approval that is refused first. */
import type { CrashEnvironment } from '../environment.ts';
import { exactly, type Scenario, seen } from '../scenario.ts';

export const merge: Scenario = {
  name: 'a merge',
  begin: async () => ({ people, wrong: mergedOnce, ends: ['success'] }),
};

async function people({ otto, mona, rey }: CrashEnvironment): Promise<void> {
  // An outsider's text taints the task, so its merge needs a person.
  const issue = await otto.open('It subtracts', 'Two and two is four.');
  await mona.label(issue.number, 'agent:fix');
  const pull = await seen('a request for approval', async () => {
    const [pull] = await mona.get('/pulls?state=all');
    if (!pull) return null;
    const { check_runs } = await mona.get(`/commits/${pull.head.sha}/check-runs`);
    const asks = (run: { conclusion: string }) => run.conclusion === 'action_required';
    return check_runs.some(asks) && pull;
  });
  // She requested the work herself, so her approval is refused with an answer.
  await mona.approve(pull.number);
  await seen('the refusal', async () => {
    const comments = await mona.get(`/issues/${pull.number}/comments`);
    return comments.some((comment: { body: string }) =>
      /nobody approves their own work/.test(comment.body),
    );
  });
  await rey.approve(pull.number);
  await seen('the merge', async () => (await mona.get(`/pulls/${pull.number}`)).merged);
}

/** One issue led to one merge, and GitHub shows it. */
export async function mergedOnce({ mona }: CrashEnvironment): Promise<string[]> {
  const wrong: string[] = [];
  const pulls = await mona.get('/pulls?state=all');
  wrong.push(...exactly(1, 'pull requests', pulls.length));
  for (const { number, head, merged_at } of pulls) {
    if (!merged_at) wrong.push(`#${number} is not merged`);
    const { check_runs } = await mona.get(`/commits/${head.sha}/check-runs?filter=all`);
    if (check_runs[0]?.conclusion !== 'success') wrong.push('the check run is not green');
  }
  const [issue] = (await mona.get('/issues?state=all')).filter(
    (each: { pull_request?: object }) => !each.pull_request,
  );
  if (issue.state !== 'closed') wrong.push('the issue is not closed');
  if (issue.labels.length > 0) wrong.push('the label is still there');
  const comments: { body: string }[] = await mona.get(`/issues/${issue.number}/comments`);
  const sticky = comments.filter(({ body }) => body.includes('gatehouse:task='));
  wrong.push(...exactly(1, 'sticky comments', sticky.length));
  if (!comments.some(({ body }) => /merged/i.test(body)))
    wrong.push('the comment is not the latest');
  const reactions: { content: string }[] = await mona.get(`/issues/${issue.number}/reactions`);
  wrong.push(
    ...exactly(1, '👀', reactions.filter(({ content }) => content === 'eyes').length),
    // The first commit and the merged one.
    ...exactly(2, 'commits', (await mona.get('/commits?sha=main')).length),
    ...exactly(1, 'branches', (await mona.get('/branches')).length),
  );
  return wrong;
}
