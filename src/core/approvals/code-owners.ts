/**
 * Where a policy asks for code owners, every owner group of the touched paths approves. The owners are
 * those that the base's CODEOWNERS names; a file that can't be read owns everything, and nobody can
 * approve for it. Where nobody is named, nothing is approved by that.
 */
import { type OwnersLine, ownersOf, parseCodeowners } from './codeowners.ts';
import type { ApprovalFacts } from './facts.ts';
import type { ApprovalRule, RequestRuling } from './rule.ts';
import type { Statement } from './statement.ts';

export const codeOwners = {
  name: 'code-owners',
  words: 'every code owner group of the touched files approves, where policy asks for code owners',
  ofApprovers(counting, { facts }): RequestRuling | null {
    const { codeowners, paths } = facts;
    if (codeowners === null) return null;
    if (codeowners.kind === 'none')
      return { outcome: 'pending', reason: 'The base has no CODEOWNERS.' };
    if (codeowners.kind === 'oversized')
      return { outcome: 'deny', reason: 'CODEOWNERS of the base is larger than GitHub reads.' };
    const parsed = parseCodeowners(codeowners.text);
    if (!parsed.ok)
      return { outcome: 'deny', reason: `CODEOWNERS of the base is invalid: ${parsed.fault}.` };
    const groups = groupsOf(parsed.lines, paths);
    if (groups.length === 0)
      return { outcome: 'pending', reason: 'CODEOWNERS names nobody for what is touched.' };
    const missing = groups.filter(
      group => !counting.some(statement => group.some(owner => isOwner(owner, statement, facts))),
    );
    const still = missing.map(group => group.join(' or ')).join('; ');
    return missing.length === 0
      ? { outcome: 'approved', reason: 'Every code owner group of the touched files approves.' }
      : { outcome: 'pending', reason: `Code owners still to approve: ${still}.` };
  },
} satisfies ApprovalRule;

/** Each different set of owners once. */
function groupsOf(lines: readonly OwnersLine[], paths: readonly string[]): string[][] {
  const groups = new Map<string, string[]>();
  for (const path of paths) {
    const owners = ownersOf(lines, path);
    if (owners.length > 0) groups.set(owners.toSorted().join(' ').toLowerCase(), owners);
  }
  return [...groups.values()];
}

/** An email address matches nobody: GitHub does not say whose account it is. */
function isOwner(owner: string, { by }: Statement, { teams, repository }: ApprovalFacts): boolean {
  if (by === null || !owner.startsWith('@')) return false;
  const [name = '', slug] = owner.slice(1).toLowerCase().split('/');
  if (slug === undefined) return by.login.toLowerCase() === name;
  const members = name === repository.owner.toLowerCase() ? teams[slug] : undefined;
  return members?.includes(by.id) ?? false;
}

/** Slugs of the owner's teams that the file names, whose members have to be looked up. */
export function teamsNamed(text: string, owner: string): string[] {
  const parsed = parseCodeowners(text);
  if (!parsed.ok) return [];
  const mine = `@${owner.toLowerCase()}/`;
  const owners = parsed.lines.flatMap(line => line.owners.map(name => name.toLowerCase()));
  return [...new Set(owners.filter(n => n.startsWith(mine)).map(n => n.slice(mine.length)))].sort();
}
