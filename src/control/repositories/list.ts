/** `GET /api/v1/repositories`: the repositories that there are tasks of. */
import { z } from 'zod';
import { repositoriesFor } from '../../engine/repositories/state.ts';
import { endpoint, found } from '../endpoint.ts';
import { repositoriesOf } from '../viewer.ts';

export const listRepositories = endpoint(
  {
    method: 'get',
    path: '/api/v1/repositories',
    tag: 'repositories',
    summary: 'The repositories that there are tasks of, what changed last first.',
    ok: z
      .object({
        repositories: z.array(
          z.object({
            id: z.int(),
            name: z.string().describe('owner/name'),
            role: z
              .enum(['read', 'triage', 'write', 'maintain', 'admin'])
              .describe("Whoever asks's."),
            tasks: z.int(),
            open: z.int(),
            waiting: z.int().describe('Open ones that wait for a person.'),
            failed: z.int().describe('Ended in failure within thirty days.'),
            changedAt: z.iso.datetime(),
          }),
        ),
      })
      .meta({ id: 'Repositories' }),
  },
  async ({ viewer }, services) => {
    const rows = await repositoriesFor(services, repositoriesOf(viewer));
    return found({
      repositories: rows.map(({ latestTask: _, ...row }) => ({
        ...row,
        role: viewer.repositories.get(row.id) ?? 'read',
      })),
    });
  },
);
