/** Whom a question of policy is about: a repository, the role of an agent, and the role of a person. */
import { z } from 'zod';
import { Role } from '../../core/actor.ts';
import { rulesOf } from '../../engine/policies/of-repository.ts';
import type { Rules } from '../../engine/policies/rules.ts';
import type { AskedAbout } from '../../engine/policies/standing.ts';
import { repositoryOf } from '../../engine/repositories/state.ts';
import type { ControlServices } from '../control-services.ts';
import { refused } from '../endpoint.ts';
import { notFound } from '../faults.ts';
import type { HttpProblem } from '../problem.ts';
import type { Viewer } from '../viewer.ts';

export const AskedOf = z.object({
  repository: z.coerce
    .number()
    .int()
    .min(1)
    .max(Number.MAX_SAFE_INTEGER)
    .describe("GitHub's id of the repository."),
  role: z.string().min(1).max(60).default('author').describe('The role of the agent.'),
  requester: Role.default('write').describe('The role of the person whom the work is for.'),
});

/** With the rules on the head of the default branch. */
export async function findAsked(
  { repository: id, role, requester }: z.output<typeof AskedOf>,
  viewer: Viewer,
  services: ControlServices,
): Promise<
  | { ok: true; asked: AskedAbout; rules: Rules; branch: string; commit: string }
  | { ok: false; problem: HttpProblem }
> {
  const repository = viewer.repositories.has(id) ? await repositoryOf(services, id) : null;
  if (repository === null) return refused(notFound('repository'));
  const profile = services.profiles.get(role);
  if (!profile) return refused({ ...notFound('role'), next: '/api/v1/agents lists the roles.' });
  const { ref, sha } = await services.github.facts.defaultBranch(repository);
  const rules = await rulesOf(services, repository, sha);
  return { ok: true, asked: { repository, profile, requester }, rules, branch: ref, commit: sha };
}
