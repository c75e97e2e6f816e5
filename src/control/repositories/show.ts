/** `GET /api/v1/repositories/{repository}`: one repository, as it is read from GitHub now. */
import { z } from 'zod';
import { Ecosystem } from '../../core/ecosystem.ts';
import { repositoryOf, repositoryState } from '../../engine/repositories/state.ts';
import { endpoint, found, refused } from '../endpoint.ts';
import { notFound } from '../faults.ts';

/** By GitHub's id. */
const RepositoryParams = z.object({
  repository: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
});

export const ShownFault = z
  .object({ file: z.string(), line: z.int(), column: z.int(), message: z.string() })
  .meta({ id: 'FileFault' });

export const showRepository = endpoint(
  {
    method: 'get',
    path: '/api/v1/repositories/{repository}',
    tag: 'repositories',
    summary: 'One repository: its configuration as it is read, and whether the App reaches it.',
    params: RepositoryParams,
    ok: z
      .object({
        id: z.int(),
        name: z.string(),
        installation: z.int(),
        reached: z
          .object({ ok: z.boolean(), reason: z.string(), next: z.string() })
          .describe('Whether the App reaches it; if not why, and what to do.'),
        live: z
          .object({
            branch: z.string(),
            commit: z.string(),
            archived: z.boolean(),
            requiresOurs: z.boolean().describe('The check of Gatehouse is required there.'),
            faults: z.array(ShownFault),
            switches: z.array(z.object({ name: z.string(), on: z.boolean(), says: z.string() })),
            config: z.record(z.string(), z.unknown()),
            commands: z.array(z.object({ name: z.string(), argv: z.array(z.string()) })),
            toolchain: z
              .object({
                ecosystems: z.array(Ecosystem),
                found: z.array(
                  z.object({ name: z.string(), command: z.string(), because: z.string() }),
                ),
                notes: z.array(z.string()),
              })
              .nullable(),
            toolchainFaults: z.array(z.string()),
          })
          .nullable()
          .describe('null: it is not reached.'),
      })
      .meta({ id: 'Repository' }),
  },
  async ({ viewer, params }, services) => {
    const seen = viewer.repositories.has(params.repository);
    const repository = seen ? await repositoryOf(services, params.repository) : null;
    if (repository === null) return refused(notFound('repository'));
    const { reached, live } = await repositoryState(services, repository);
    const { id, owner, name, installation } = repository;
    return found({
      id,
      name: `${owner}/${name}`,
      installation,
      reached: reached.ok ? { ok: true, reason: '', next: '' } : reached,
      live: live && { ...live, config: { ...live.config } },
    });
  },
);
