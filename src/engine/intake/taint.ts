/** Text by people without write access taints the task that reads it. */
import type { Person, Repository } from '../../core/actor.ts';
import type { Taint } from '../../core/taint.ts';
import type { Dependencies } from '../dependencies.ts';

const WRITERS = new Set(['write', 'maintain', 'admin']);

export async function taintOf(
  { github }: Pick<Dependencies, 'github'>,
  repository: Repository,
  texts: { source: string; by: Person }[],
): Promise<Taint[]> {
  const taint: Taint[] = [];
  for (const { source, by } of texts) {
    const { id, login } = by;
    const role = await github.facts.role(repository, by);
    if (!WRITERS.has(role))
      taint.push({ source, by: { id, login }, reason: `${login} has the role ${role}.` });
  }
  return taint;
}
