/** How GitHub's REST API addresses a repository. */
import type { Repository } from '../../../core/actor.ts';

export const repositoryPath = ({ owner, name }: Repository): { owner: string; repo: string } => ({
  owner,
  repo: name,
});
