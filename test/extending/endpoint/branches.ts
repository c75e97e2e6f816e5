/** `GET /api/v1/branches`: the branches that the tasks of one repository have written. */
import { z } from 'zod';
import { endpoint, found } from '../../../src/control/endpoint.ts';
import { repositoriesOf } from '../../../src/control/viewer.ts';

export const listBranches = endpoint(
  {
    method: 'get',
    path: '/api/v1/branches',
    tag: 'tasks',
    summary: 'The branches that the tasks of a repository have written.',
    query: z.object({ repository: z.string().regex(/^[^/]+\/[^/]+$/, 'is owner/name') }),
    ok: z.object({ branches: z.array(z.string()) }).meta({ id: 'Branches' }),
  },
  async ({ viewer, query }, { taskPages }) => {
    const rows = await taskPages.page({
      repositoryIds: repositoriesOf(viewer),
      filter: { repository: query.repository },
      sort: 'created',
      after: null,
      limit: 100,
    });
    return found({ branches: rows.map(({ branch }) => branch) });
  },
);
