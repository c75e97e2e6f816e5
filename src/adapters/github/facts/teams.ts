/** Who is an active member of a team, by id. A team that we may not see has no members. */
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { Client } from '../client/client.ts';
import { orNull } from '../client/failure.ts';

/** GitHub lists active members only, those of teams within the team among them. */
export async function readTeam(octokit: Client, org: string, team_slug: string): Promise<number[]> {
  const listed = octokit.paginate(octokit.rest.teams.listMembersInOrg, {
    org,
    team_slug,
    per_page: 100,
  });
  return ((await refusedAsNull(listed)) ?? []).map(member => member.id);
}

/** 404 and 403 mean no. */
async function refusedAsNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await orNull(call);
  } catch (error) {
    if (error instanceof GitHubFailure && error.class === 'forbidden') return null;
    throw error;
  }
}
