/** What of the environments in `gatehouse.yml` could never hold, or would never be done. */

import { schemaFault } from './answer-schema.ts';
import type { Criterion, Environments } from './environment.ts';
import type { FileFault } from './file-fault.ts';

export const environmentFaults = (environments: Environments): FileFault[] =>
  Object.entries(environments).flatMap(([name, { on, workflow, accept = [] }]) => [
    ...(on === 'pull_request' && workflow !== undefined
      ? [{ path: ['environments', name, 'workflow'], message: NO_PREVIEW }]
      : []),
    ...accept.flatMap((criterion, at) =>
      criterionFaults(criterion).map(({ path, message }) => ({
        path: ['environments', name, 'accept', at, ...path],
        message,
      })),
    ),
  ]);

const NO_PREVIEW =
  'is started after a merge, and this is a preview, which the repository deploys itself: take one of the two out';

function criterionFaults(criterion: Criterion): FileFault[] {
  if ('metric' in criterion) {
    const { above, below } = criterion;
    return above !== undefined && below !== undefined && above >= below
      ? [{ path: [], message: `no value is above ${above} and below ${below}` }]
      : [];
  }
  if (!('get' in criterion) || criterion.schema === undefined) return [];
  const message = schemaFault(criterion.schema);
  return message === null ? [] : [{ path: ['schema'], message }];
}
