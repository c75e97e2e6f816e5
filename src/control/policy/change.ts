/**
 * How a change of policy is proposed: a person opens the pull request on GitHub, so that Gatehouse never
 * writes the rules that it is held to. The check gatehouse/policy then examines it.
 */
import { z } from 'zod';
import type { Repository } from '../../core/actor.ts';
import type { Settings } from '../../engine/dependencies.ts';
import { CONFIG_PATH, POLICY_PATH } from '../../engine/policies/rule-files.ts';

export const PolicyChange = z
  .object({
    repository: z
      .string()
      .nullable()
      .describe('owner/name; null: policy is kept nowhere on GitHub.'),
    files: z.array(
      z.object({
        name: z.string(),
        edit: z.string().describe('The page of GitHub on which it is changed or made.'),
      }),
    ),
    says: z.string().describe('What to do.'),
  })
  .meta({ id: 'PolicyChange' });
type PolicyChange = z.input<typeof PolicyChange>;

const HOW =
  'Put the draft into the file on GitHub and propose it as a pull request: the check gatehouse/policy says there what it would do, and it decides once it is merged';

/** The deployment's own policies. `files`: the names of the pack in use, such as `mine/merge.cedar`. */
export function deploymentChange(
  { policyRepository, web }: Pick<Settings, 'policyRepository' | 'web'>,
  files: readonly string[],
): PolicyChange {
  if (policyRepository === null)
    return {
      repository: null,
      files: [],
      says: 'The policies of this deployment are kept on its machine and nowhere on GitHub. Whoever operates it changes the folder GATEHOUSE_POLICIES and starts Gatehouse anew, or keeps the policies in a repository and names it in GATEHOUSE_POLICY_REPOSITORY: changes are pull requests then.',
    };
  const { name, folder } = policyRepository;
  const packs = folder.replace(/\/[^/]*$/, '');
  return {
    repository: name,
    files: [
      ...files.map(file => ({ name: file, edit: `${web}/${name}/edit/HEAD/${packs}/${file}` })),
      { name: 'a new file', edit: `${web}/${name}/new/HEAD/${folder}` },
    ],
    says: `${HOW} and Gatehouse is started anew.`,
  };
}

/** A repository's own rules. */
export function repositoryChange(
  { owner, name }: Repository,
  branch: string,
  web: string,
): PolicyChange {
  const edit = (path: string) => ({
    name: path,
    edit: `${web}/${owner}/${name}/edit/${branch}/${path}`,
  });
  return {
    repository: `${owner}/${name}`,
    files: [edit(POLICY_PATH), edit(CONFIG_PATH)],
    says: `${HOW}.`,
  };
}
