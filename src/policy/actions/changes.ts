/** What becomes of a change: it is accepted, pushed, opened as a pull request, merged, deployed. */
import { z } from 'zod';
import { Proof } from '../../core/proof.ts';
import { BranchOwner } from '../../core/task/events/works-on.ts';
import { foldId } from '../fold-policy.ts';
import {
  CommonContext,
  count,
  Findings,
  plainEntity,
  question,
  type ResourceKind,
} from '../question.ts';
import { RepositoryResource } from './starts.ts';

const PatchContext = {
  ...CommonContext,
  size: z.strictObject({ files: count, added: count, removed: count, bytes: count }),
  findings: Findings,
  reproduced: z.boolean(),
  /** Which of the repository's own commands proved it. Earlier facts lack it. */
  proof: z.array(Proof).optional(),
  /** The roles of the reviews that it did not pass. Earlier facts lack them. */
  unpassed: z.array(z.string()).optional(),
};
const names = z.array(z.string());
/** Earlier facts do not say what was expected, and whether it was overdue. */
const Checks = z.strictObject({
  failing: names,
  pending: names,
  expected: names.optional(),
  overdue: z.boolean().optional(),
});

/** A path that a change touches, either side of a renaming, with what was found in it. */
const TouchedPath = z.strictObject({ path: z.string(), findings: Findings });
export type TouchedPath = z.infer<typeof TouchedPath>;
const paths = z.array(TouchedPath);

const PatchResource = z.strictObject({ kind: z.literal('patch'), tree: z.string().min(1) });
const patch: ResourceKind<z.infer<typeof PatchResource>> = {
  resource: ({ tree }) => plainEntity('Patch', tree, {}, `tree ${tree.slice(0, 12)}`),
  read: ({ on = '0'.repeat(40) }) => ({ kind: 'patch', tree: on }),
};

const BranchResource = z.strictObject({
  kind: z.literal('branch'),
  name: z.string().min(1),
  default: z.boolean(),
  /** Whose it is. In earlier facts, a branch that was pushed to was always the task's. */
  owner: BranchOwner.optional(),
});
const branch: ResourceKind<z.infer<typeof BranchResource>> = {
  resource: ({ name, default: isDefault, owner = 'task' }) =>
    plainEntity('Branch', name, { default: isDefault, owner }),
  read({ action, on, owner = action === 'pr.open' ? 'repository' : 'task' }) {
    const name = on ?? (action === 'pr.open' ? 'main' : 'gatehouse/issue-1');
    return { kind: 'branch', name, default: name === 'main', owner };
  },
};

const PullResource = z.strictObject({
  kind: z.literal('pull'),
  number: count,
  base: z.string(),
  /** Whether that is the default branch, as it was in all earlier facts. */
  default: z.boolean().optional(),
  draft: z.boolean(),
});
const pull: ResourceKind<z.infer<typeof PullResource>> = {
  resource: ({ number, base, default: isDefault = true, draft }) =>
    plainEntity(
      'PullRequest',
      String(number),
      { number, base, default: isDefault, draft },
      `#${number}`,
    ),
  read: ({ on = '#1', base = 'main' }) =>
    /^#\d+$/.test(on)
      ? { kind: 'pull', number: Number(on.slice(1)), base, default: base === 'main', draft: false }
      : null,
};

const EnvironmentResource = z.strictObject({
  kind: z.literal('environment'),
  name: z.string().min(1),
});
const environment: ResourceKind<z.infer<typeof EnvironmentResource>> = {
  resource: ({ name }) => plainEntity('Environment', foldId('Environment', name), {}, name),
  read: ({ on = 'production' }) => ({ kind: 'environment', name: on }),
};

export const CHANGE_RESOURCES = { patch, branch, pull, environment };
export const CHANGES = [
  question('patch.accept', PatchResource, PatchContext).extend({ paths }),
  question('branch.push', BranchResource, PatchContext),
  /** The branch is the base that the pull request asks to change. */
  question('pr.open', BranchResource, PatchContext),
  /** The requester is who asks for it. */
  question('ref.unlock', BranchResource, CommonContext),
  /** Whether an approval by the person whom the work is done for counts. */
  question('approval.own', RepositoryResource, CommonContext),
  question('pr.merge', PullResource, { ...PatchContext, checks: Checks }).extend({ paths }),
  // Nothing asks about it yet: the deployer will (roles, deploy step).
  question('deploy', EnvironmentResource, { ...CommonContext, checks: Checks }),
] as const;
