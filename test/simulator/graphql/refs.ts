import { refTip, ZERO } from '../git/branches.ts';
import { moveRef } from '../git/refs.ts';
import { accountOf } from '../rest/actor.ts';
import { refusal } from '../rest/errors.ts';
import { withRefLock } from '../world/repositories.ts';
import type { Mutation } from './mutations.ts';
import { type Context, findNode } from './queries.ts';

type RefsInput = Mutation<{
  readonly repositoryId: string;
  readonly refUpdates: readonly {
    readonly name: string;
    readonly beforeOid?: string;
    readonly afterOid: string;
  }[];
}>;

/** Deletes branches, as far as they still point where the caller says. Nothing here moves one by it. */
export async function updateRefs({ input }: RefsInput, context: Context) {
  const { github, actor } = context;
  const found = findNode(context, input.repositoryId, ['contents:write'], 'write');
  if (found.kind !== 'repository') throw refusal(404, 'Could not resolve to a Repository.');
  const { repository } = found;
  await withRefLock(repository, async () => {
    for (const { name: ref, beforeOid, afterOid } of input.refUpdates) {
      if (afterOid !== ZERO) throw refusal(501, 'Not implemented by the local GitHub');
      const before = await refTip(repository.directory, ref);
      if (!before) throw refusal(422, 'Reference does not exist');
      if (beforeOid !== undefined && before !== beforeOid)
        throw refusal(422, `Reference ${ref} does not point to ${beforeOid}`);
      if (repository.protections.has(ref.replace('refs/heads/', '')))
        throw refusal(422, 'Repository rule violations found\n\nCannot delete this branch');
      await moveRef(github, repository, { ref, before, after: ZERO }, accountOf(actor));
    }
  });
  return { clientMutationId: input.clientMutationId };
}
