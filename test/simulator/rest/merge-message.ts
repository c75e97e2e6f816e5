/** The text of a merge's commit: what is asked for, else what the repository's settings make. */
import { readCommits } from '../git/commits.ts';
import type { GitHub } from '../github.ts';
import { headRepository } from '../present/pull.ts';
import type { PullRequest } from '../world/pulls.ts';
import { ownerOf, type Repository } from '../world/repositories.ts';
import type { MergeOptions } from './merge.ts';

export async function mergeMessage(
  github: GitHub,
  repository: Repository,
  issue: PullRequest,
  options: MergeOptions,
): Promise<string> {
  const usual =
    options.method === 'merge'
      ? mergeText(github, repository, issue)
      : await squashText(repository, issue);
  const title = options.title ?? usual.title;
  const message = options.message ?? usual.message;
  return message ? `${title}\n\n${message}\n` : `${title}\n`;
}

type Text = { title: string; message: string };

function mergeText(github: GitHub, repository: Repository, issue: PullRequest): Text {
  const { mergeTitle, mergeMessage: message } = repository.mergeTexts;
  const from = `${ownerOf(github, headRepository(github, repository, issue)).login}/${issue.pull.headRef}`;
  const numbered = `${issue.title} (#${issue.number})`;
  return {
    title:
      mergeTitle === 'PR_TITLE' ? numbered : `Merge pull request #${issue.number} from ${from}`,
    message: { PR_TITLE: issue.title, PR_BODY: issue.body ?? '', BLANK: '' }[message],
  };
}

async function squashText(repository: Repository, issue: PullRequest): Promise<Text> {
  const { squashTitle, squashMessage } = repository.mergeTexts;
  const range = `${issue.pull.baseSha}..${issue.pull.headSha}`;
  const commits = await readCommits(repository.directory, ['--reverse', '--no-merges', range]);
  const [first] = commits;
  const only = commits.length === 1 ? first : undefined;
  const [subject, , ...rest] = only?.message.split('\n') ?? [];
  const title = squashTitle === 'COMMIT_OR_PR_TITLE' && subject ? subject : issue.title;
  const messages = only
    ? rest.join('\n')
    : commits.map(commit => `* ${commit.message}`).join('\n\n');
  return {
    title: `${title} (#${issue.number})`,
    message: { COMMIT_MESSAGES: messages, PR_BODY: issue.body ?? '', BLANK: '' }[squashMessage],
  };
}
