/** What whoever explores the demo finds on the local GitHub: who is who, what to try, and an issue to try it on. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Environment, person } from './environment.ts';

/** Opens the second issue, and says on the pages what can be done with it. */
export async function welcome({ github, users, at, repository, app }: Environment): Promise<void> {
  // CI ended with the walk: nothing would report its check.
  github.protectBranch(repository, 'main', {
    requiredReviews: 1,
    requiredChecks: [{ context: 'gatehouse', appId: app.id }],
  });
  const rey = person(github, users.rey, at);
  const report = await readFile(join(import.meta.dirname, 'second-issue.md'), 'utf8');
  const [title = '', ...body] = report.replace(/^# /, '').split('\n');
  const { number } = await rey.open(title, body.join('\n').trim());
  const thread = (kind: 'issues' | 'pull', of: number) => `/${repository.fullName}/${kind}/${of}`;
  github.say(
    [
      '### Who is who',
      '- **mona** maintains the repository and asks for the work.',
      '- **rey** maintains it too, and approves what mona asked for.',
      '- **otto** has no role in it: text of his lowers the trust in whoever reads it.',
      '',
      '### What to try next',
      `1. Read how [the first issue](${thread('issues', 1)}) became [a merged pull request](${thread('pull', 2)}).`,
      `2. As mona, put the label \`agent:fix\` on [${title}](${thread('issues', number)}), and watch its comment change (reload the page).`,
      '3. Its pull request asks for an approval. As mona, comment `/agent approve`: she asked for it herself, so it does not count. Approve it as rey, and it is merged.',
      '4. As otto, comment `/agent fix`: he may not. `/agent status` and `/agent help` answer everybody.',
      '5. Write `/agent aprove`, or two commands that contradict each other in one comment.',
    ].join('\n'),
  );
}
