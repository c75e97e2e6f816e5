/** What a pull request changes, file by file, with its hunks. */
import type { Repository } from '../../../core/actor.ts';
import type { PullFile } from '../../../engine/ports/pulls.ts';
import type { Clients } from '../client/client.ts';
import { repositoryPath } from '../client/repository-path.ts';

/** GitHub lists no more of one pull request. */
const MOST_PAGES = 30;

export async function readPullFiles(
  clients: Clients,
  repository: Repository,
  pull_number: number,
): Promise<PullFile[]> {
  const { rest } = clients(repository, 'facts');
  const files: PullFile[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const asked = { ...repositoryPath(repository), pull_number, per_page: 100, page };
    const { data } = await rest.pulls.listFiles(asked);
    files.push(
      ...data.map(({ filename: path, previous_filename: from = null, status, patch = null }) => ({
        path,
        from,
        status,
        patch,
      })),
    );
    if (data.length < 100) break;
  }
  return files;
}
