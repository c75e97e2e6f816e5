/** `gatehouse policy show`: the whole set of policies as it is judged, with the file of each. */

import { visible } from '../../core/text/plain-text.ts';
import { examine } from '../../engine/policies/examine.ts';
import type { PolicySet } from '../../policy/load.ts';
import { type Output, print } from '../output.ts';
import type { Services } from '../services.ts';
import { checkPolicies } from './check.ts';

/** The text is Cedar itself: written to a file, it decides the same. */
export async function showPolicies(
  services: Services,
  output: Output,
  given: string | null,
  options: { json: boolean },
): Promise<void> {
  const examined = await examine(given ?? services.policies(), services.policies());
  if (!examined.ok) return checkPolicies(services, output, given, options);
  const { set } = examined;
  const policies = [...set.policies.values()].map(({ id, effect, reason, file, line }) => ({
    id,
    effect,
    reason,
    file,
    line,
  }));
  print(output, options.json, { digest: set.digest, policies, files: set.texts }, textOf(set));
}

function textOf({ digest, texts }: PolicySet): string[] {
  return [
    `// ${digest}`,
    ...texts.flatMap(({ name, text }) => ['', `// ── ${name}`, '', ...text.trim().split('\n')]),
  ].map(visible);
}
