/** What the comment that asks for an approval shows, as it stands on GitHub. */
import type { Repository } from '../../../core/actor.ts';
import type { ShownRequest } from '../../../core/approvals/request.ts';
import type { Clients } from '../client/client.ts';
import { orNull } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { ASKS } from '../surfaces/markers.ts';
import type { AppIdentity } from '../triggers/origin.ts';

export async function readShownRequest(
  { clients, app }: { clients: Clients; app: AppIdentity },
  repository: Repository,
  comment_id: number,
): Promise<ShownRequest | null> {
  const { rest } = clients(repository, 'facts');
  const found = await orNull(rest.issues.getComment({ ...repositoryPath(repository), comment_id }));
  if (found?.data.user?.id !== app.botUserId) return null;
  const { body = '', updated_at } = found.data;
  return { capsule: ASKS.exec(body)?.[1] ?? null, changedAt: updated_at };
}
