/** `gatehouse policy check`: finds what is wrong with policies, and names the place of each fault. */

import { plain } from '../../core/text/plain-text.ts';
import { examine } from '../../engine/policies/examine.ts';
import { faultLine } from '../../policy/fault.ts';
import { type Output, print } from '../output.ts';
import type { Services } from '../services.ts';

export async function checkPolicies(
  services: Services,
  output: Output,
  given: string | null,
  options: { json: boolean },
): Promise<void> {
  const path = given ?? services.policies();
  const examined = await examine(path, services.policies(), services.roles);
  if (!examined.ok) {
    const { faults } = examined;
    print(output, options.json, { ok: false, faults }, [
      ...faults.map(fault => plain(faultLine(fault), 600)),
      `check: failed (${faults.length} ${faults.length === 1 ? 'fault' : 'faults'})`,
    ]);
    return output.exit(1);
  }
  const { digest, policies } = examined.set;
  print(output, options.json, { ok: true, digest, policies: [...policies.keys()] }, [
    `check: ok (${policies.size} policies, ${digest})`,
  ]);
}
