/** Reads the roles that a repository writes itself. What stands in them is bounded, and hostile. */
import { isUtf8 } from 'node:buffer';
import { frontMatterIn } from '../../core/front-matter.ts';
import type { Profile } from '../../core/profile.ts';
import {
  LARGEST_OWN_ROLE,
  MOST_OWN_ROLES,
  narrowed,
  type OwnRole,
  OwnRoleFile,
  ownRolePath,
} from '../../core/repository-config/own-role.ts';
import type { PolicyFault } from '../../policy/fault.ts';
import { markInvisible } from '../attempt/reading/strip-hidden.ts';
import { parseYaml } from './yaml-text.ts';

export type OwnRoles = { roles: OwnRole[]; faults: PolicyFault[] };

/** Of the roles that graphs name, those that the deployment does not have and the repository does. */
export async function readOwnRoles(
  /** The roles of each graph by itself, which may have so many of its own. */
  named: readonly (readonly string[])[],
  profiles: ReadonlyMap<string, Profile>,
  /** At most so many bytes of a file; `null`: there is none. */
  read: (path: string, most: number) => Promise<Buffer | null>,
): Promise<OwnRoles> {
  const all: OwnRoles = { roles: [], faults: [] };
  const unknown = named.flatMap(ofGraph =>
    [...new Set(ofGraph)].filter(role => !profiles.has(role)).slice(0, MOST_OWN_ROLES),
  );
  for (const role of new Set(unknown)) {
    const file = ownRolePath(role);
    const content = await read(file, LARGEST_OWN_ROLE + 1);
    if (content === null) continue;
    const parsed = parseOwnRole(role, content, profiles);
    if ('faults' in parsed) all.faults.push(...parsed.faults);
    else all.roles.push(parsed.role);
  }
  return all;
}

export function parseOwnRole(
  role: string,
  content: Buffer,
  profiles: ReadonlyMap<string, Profile>,
): { role: OwnRole } | { faults: PolicyFault[] } {
  const file = ownRolePath(role);
  const fault = (message: string, place = { line: 1, column: 1 }) => ({ file, ...place, message });
  if (content.length > LARGEST_OWN_ROLE)
    return { faults: [fault(`It is larger than ${LARGEST_OWN_ROLE} bytes.`)] };
  if (!isUtf8(content)) return { faults: [fault('It is no UTF-8 text.')] };
  const found = frontMatterIn(content.toString('utf8'));
  if (found === null)
    return { faults: [fault('Front matter between two lines of --- is missing.')] };
  // An empty line stands for the first ---, so that lines are those of the file.
  const front = parseYaml(file, `\n${found.yaml}`, OwnRoleFile);
  if (!front.ok) return front;
  const at = (path: PropertyKey[]) => front.placeOf(path);
  const prompt = markInvisible(found.rest).trim();
  const written = { ...front.value, prompt };
  const base = profiles.get(written.extends);
  const faults = [
    ...(written.name === role
      ? []
      : [fault(`name: the role of this file is "${role}"`, at(['name']))]),
    ...(prompt === '' ? [fault('The prompt after the front matter is empty.')] : []),
    ...(base
      ? narrowed(base, written).excess.map(({ path, message }) =>
          fault(`${path.join('.')}: ${message}`, at(path)),
        )
      : [
          fault(
            `extends: there is no role "${written.extends}" here; there are ${[...profiles.keys()].join(', ')}`,
            at(['extends']),
          ),
        ]),
  ];
  return faults.length > 0 ? { faults } : { role: written };
}
