/** Text by people without write access, and by machines that are not trusted, taints the task that reads it. */
import { hasRole, type Person, type Repository, type Role } from '../../../core/actor.ts';
import type { Taint } from '../../../core/taint.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { Remark } from '../../ports/github.ts';
import type { TaskCaller } from './task-caller.ts';

export const mayWrite = (role: Role): boolean => hasRole(role, 'write');

export async function taintOf(
  { github }: Pick<Dependencies, 'github'>,
  repository: Repository,
  texts: { source: string; by: Person }[],
): Promise<Taint[]> {
  const taint: Taint[] = [];
  for (const { source, by } of texts) {
    const role = await github.facts.role(repository, by);
    if (!mayWrite(role)) taint.push(taintBy(source, by, role));
  }
  return taint;
}

/** What was said, with the roles that were looked up with it; once for each person. */
export function taintOfRemarks(remarks: readonly Remark[]): Taint[] {
  const tainting = new Map<number, Taint>();
  for (const { by, on } of remarks)
    if (by && !mayWrite(by.role)) tainting.set(by.id, taintBy(`a comment on ${on}`, by, by.role));
  return [...tainting.values()];
}

export const taintOfCaller = ({
  requester: { id, project },
  trusted,
}: Pick<TaskCaller, 'requester' | 'trusted'>): Taint[] =>
  trusted
    ? []
    : [
        {
          source: 'the text of a call',
          by: null,
          reason: `The token ${id} of ${project} is not trusted.`,
        },
      ];

const taintBy = (source: string, { id, login }: Person, role: Role): Taint => ({
  source,
  by: { id, login },
  reason: `${login} has the role ${role}.`,
});
