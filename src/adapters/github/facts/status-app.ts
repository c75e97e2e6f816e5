/** Whether an App set a commit status: GitHub names its bot, and the bot is called after the App. */
import type { Repository } from '../../../core/actor.ts';
import { isSameCheck } from '../../../core/check-name.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { Client, Clients } from '../client/client.ts';
import { repositoryPath } from '../client/repository-path.ts';

export async function isStatusBy(
  clients: Clients,
  repository: Repository,
  { sha: ref, name, app }: { sha: string; name: string; app: number },
): Promise<boolean> {
  const octokit = clients(repository, 'facts');
  const at = { ...repositoryPath(repository), ref, per_page: 100 };
  const pages = octokit.paginate.iterator(octokit.rest.repos.listCommitStatusesForRef, at);
  // The latest comes first.
  for await (const { data } of pages) {
    const latest = data.find(({ context }) => isSameCheck(context, name));
    // People's logins hold no brackets: nobody can be called like a bot.
    const bot = latest?.creator?.type === 'Bot' ? latest.creator.login : '';
    const [, slug] = /^(.+)\[bot\]$/.exec(bot) ?? [];
    if (latest) return slug !== undefined && isApp(octokit, slug, app);
  }
  return false;
}

/** A private App is shown to nobody else: that it is another one can't be known, and GitHub judges too. */
async function isApp(octokit: Client, app_slug: string, id: number): Promise<boolean> {
  try {
    return (await octokit.rest.apps.getBySlug({ app_slug })).data?.id === id;
  } catch (error) {
    if (error instanceof GitHubFailure && error.lasting) return true;
    throw error;
  }
}
