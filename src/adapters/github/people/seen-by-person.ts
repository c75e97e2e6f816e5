/** What the holder of a user token may see of what the App is installed on, with their role there. */
import type { Octokit } from '@octokit/rest';
import type { Role } from '../../../core/actor.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { SeenByPerson, SeenRepository } from '../../../engine/ports/sign-in.ts';
import { attempt } from '../client/failure.ts';

/** Of one installation; and how many of them. What is beyond is not seen. */
const MOST_PAGES = 100;
const MOST_INSTALLATIONS = 200;
const MOST_TEAM_PAGES = 10;

export async function readSeen(
  octokit: Octokit,
  installations: readonly number[],
  asksTeams: boolean,
): Promise<Pick<SeenByPerson, 'repositories' | 'teams'>> {
  const teams = asksTeams ? await attempt('teams', () => readTeams(octokit)) : [];
  const repositories: SeenRepository[] = [];
  for (const installation of installations)
    repositories.push(...(await repositoriesOf(octokit, installation)));
  return { repositories, teams };
}

/** Without those that are suspended: nothing of them is shown. */
export const readInstallations = (octokit: Octokit): Promise<number[]> =>
  attempt('installations', () => listInstallations(octokit));

async function listInstallations(octokit: Octokit): Promise<number[]> {
  const pages = octokit.paginate.iterator(octokit.rest.apps.listInstallationsForAuthenticatedUser, {
    per_page: 100,
  });
  const found: number[] = [];
  for await (const { data } of pages) {
    for (const { id, suspended_at } of data) if (!suspended_at) found.push(id);
    if (found.length >= MOST_INSTALLATIONS) break;
  }
  return found;
}

/** None of one that is not theirs any more, or refused to them, as where it lets in few addresses. */
const repositoriesOf = (octokit: Octokit, installation: number): Promise<SeenRepository[]> =>
  attempt('repositories', () => listRepositories(octokit, installation)).catch((error: unknown) => {
    if (error instanceof GitHubFailure && error.refused && error.status !== 401) return [];
    throw error;
  });

async function listRepositories(
  octokit: Octokit,
  installation_id: number,
): Promise<SeenRepository[]> {
  const pages = octokit.paginate.iterator(
    octokit.rest.apps.listInstallationReposForAuthenticatedUser,
    { installation_id, per_page: 100 },
  );
  const found: SeenRepository[] = [];
  let read = 0;
  for await (const { data } of pages) {
    for (const { id, full_name: name, permissions } of data) {
      const role = roleOf(permissions ?? {});
      if (role) found.push({ id, name, role });
    }
    read += 1;
    if (read >= MOST_PAGES) break;
  }
  return found;
}

/** GitHub's names for what each role may, from the most. */
const BY_PERMISSION = [
  ['admin', 'admin'],
  ['maintain', 'maintain'],
  ['push', 'write'],
  ['triage', 'triage'],
  ['pull', 'read'],
] as const satisfies readonly (readonly [string, Role])[];

const roleOf = (permissions: Record<string, boolean | undefined>): SeenRepository['role'] | null =>
  BY_PERMISSION.find(([name]) => permissions[name])?.[1] ?? null;

async function readTeams(octokit: Octokit): Promise<string[]> {
  const pages = octokit.paginate.iterator(octokit.rest.teams.listForAuthenticatedUser, {
    per_page: 100,
  });
  const found: string[] = [];
  let read = 0;
  for await (const { data } of pages) {
    for (const { slug, organization } of data)
      found.push(`${organization.login}/${slug}`.toLowerCase());
    read += 1;
    if (read >= MOST_TEAM_PAGES) break;
  }
  return found;
}
