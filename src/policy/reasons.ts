/** Why, for people: each policy's reason once, with the paths that it is about. */
import type { Evaluation } from './evaluation.ts';

/** Reasons of `answers`, which share one outcome. Those of `whole`, the change as a whole, name no path. */
export function reasonsOf(answers: Evaluation[], whole: Evaluation): string[] {
  const pathsByReason = new Map<string, string[]>();
  for (const answer of answers) {
    const texts = answer.policies.map(({ reason, dependsOnPath }) => ({
      reason,
      dependsOnPath,
    }));
    if (answer.because !== null) texts.unshift({ reason: answer.because, dependsOnPath: true });
    for (const { reason, dependsOnPath } of texts) {
      const paths = pathsByReason.get(reason) ?? [];
      pathsByReason.set(reason, paths);
      if (answer !== whole && dependsOnPath) paths.push(answer.name);
    }
  }
  return [...pathsByReason].map(([reason, paths]) => withPaths(reason, paths));
}

function withPaths(reason: string, paths: string[]): string {
  if (paths.length === 0) return reason;
  const shown = paths.slice(0, 3).join(', ');
  const more = paths.length > 3 ? ` and ${paths.length - 3} more` : '';
  return `${reason.replace(/\.$/, '')}: ${shown}${more}.`;
}
