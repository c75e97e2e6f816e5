/**
 * Where a policy asks for code owners, every owner group of the touched paths approves. The owners are
 * those that the base's CODEOWNERS names; lines that GitHub skips are skipped and named in the reason.
 * Nobody can approve for a file that GitHub does not load. Where nobody is named, nothing is approved
 * by that.
 */
import { type OwnersLine, ownersBy, parseCodeowners } from './codeowners-file.ts';
import type { ApprovalFacts } from './facts.ts';
import type { ApprovalRule, RequestRuling } from './rule.ts';
import { unresolved } from './separation.ts';
import type { Statement } from './statement.ts';

export const codeOwners = {
  name: 'code-owners',
  words: 'every code owner group of the touched files approves, where policy asks for code owners',
  ofApprovers(counting, { facts, ask }): RequestRuling | null {
    const { codeowners, paths } = facts;
    if (codeowners === null) return null;
    if (codeowners.kind === 'none')
      return { outcome: 'pending', reason: 'The base has no CODEOWNERS.' };
    if (codeowners.kind === 'oversized')
      return {
        outcome: 'deny',
        reason:
          'CODEOWNERS of the base is larger than the 3 MB that GitHub reads: make it smaller.',
      };
    const { lines, skipped } = parseCodeowners(codeowners.text);
    const note = noteOn(skipped);
    const groups = groupsOf(lines, paths);
    if (groups.length === 0)
      return { outcome: 'pending', reason: `CODEOWNERS names nobody for what is touched.${note}` };
    // Who can't be named may be the owner: as with a team, one more speaks for it.
    const unnamed = unresolved(facts, ask, counting);
    const speaking = (group: string[]) =>
      counting.filter(statement => group.some(owner => isOwner(owner, statement, facts)));
    const missing = groups.filter(group => {
      const owners = speaking(group);
      return owners.length <= unresolved(facts, ask, owners).length;
    });
    const raise =
      unnamed.length > 0
        ? ` (${unnamed.length + 1} of each, one more for each identity that GitHub can't name: ${unnamed.join(', ')})`
        : '';
    const still = missing.map(group => group.join(' or ')).join('; ');
    const unknown = missing.some(group => !group.some(owner => canBeSomebody(owner, facts)))
      ? ` ${NOBODY_CAN}`
      : '';
    return missing.length === 0
      ? {
          outcome: 'approved',
          reason: `Every code owner group of the touched files approves.${note}`,
        }
      : {
          outcome: 'pending',
          reason: `Code owners still to approve: ${still}${raise}.${unknown}${note}`,
        };
  },
} satisfies ApprovalRule;

const MOST_NAMED = 3;
const REASON_LENGTH = 120;

/** What GitHub skips as well: whoever maintains the file should know. */
function noteOn(skipped: readonly string[]): string {
  if (skipped.length === 0) return '';
  const named = skipped.slice(0, MOST_NAMED).map(fault => fault.slice(0, REASON_LENGTH));
  const more = skipped.length - named.length;
  return ` Lines of CODEOWNERS that GitHub skips: ${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`;
}

/** Each different set of owners once. */
function groupsOf(lines: readonly OwnersLine[], paths: readonly string[]): string[][] {
  const groups = new Map<string, string[]>();
  const ownersOf = ownersBy(lines);
  for (const path of paths) {
    const owners = ownersOf(path);
    if (owners.length > 0) groups.set(owners.toSorted().join(' ').toLowerCase(), owners);
  }
  return [...groups.values()];
}

const NOBODY_CAN =
  'Nobody is known by an email address or a team of another organization: name a login or a team of this one in CODEOWNERS, or no approval can count for it.';

/** GitHub does not say whose account an email address is. */
const canBeSomebody = (owner: string, { repository }: ApprovalFacts): boolean => {
  const [name = '', slug] = owner.toLowerCase().split('/');
  return (
    owner.startsWith('@') && (slug === undefined || name === `@${repository.owner.toLowerCase()}`)
  );
};

/** Whether it was this owner who made the statement. */
function isOwner(owner: string, { by }: Statement, facts: ApprovalFacts): boolean {
  if (by === null || !canBeSomebody(owner, facts)) return false;
  const [name = '', slug] = owner.slice(1).toLowerCase().split('/');
  if (slug === undefined) return by.login.toLowerCase() === name;
  return facts.teams[slug]?.includes(by.id) ?? false;
}

/** Slugs of the owner's teams that the file names, whose members have to be looked up. @foreign */
export function teamsNamed(text: string, owner: string): string[] {
  const { lines } = parseCodeowners(text);
  const mine = `@${owner.toLowerCase()}/`;
  const owners = lines.flatMap(line => line.owners.map(name => name.toLowerCase()));
  return [...new Set(owners.filter(n => n.startsWith(mine)).map(n => n.slice(mine.length)))].sort();
}
