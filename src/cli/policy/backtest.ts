/** `gatehouse policy backtest`: which recorded decisions would come out differently. */

import { plain } from '../../core/text/plain-text.ts';
import { type BackTest, backTest, type Flip } from '../../engine/backtest/backtest.ts';
import { ofDeployment } from '../../engine/backtest/candidate.ts';
import { examine } from '../../engine/policies/examine.ts';
import { faultLine } from '../../policy/fault.ts';
import { type Output, print } from '../output.ts';
import type { Services } from '../services.ts';
import { openSource } from '../source.ts';

export async function backTestPolicies(
  services: Services,
  output: Output,
  { json, policies, file }: { json: boolean; policies: string; file?: string },
): Promise<void> {
  const examined = await examine(policies, services.policies());
  if (!examined.ok)
    throw new Error(`${policies} can't be used:\n${examined.faults.map(faultLine).join('\n')}`);
  await using source = await openSource(services, file, null);
  const result = await backTest(source.record, ofDeployment(examined.set));
  print(output, json, result, describe(result));
}

function describe({ decisions, flips, undecidable }: BackTest): string[] {
  return [
    ...flips.flatMap(describeFlip),
    ...undecidable.map(({ task, seq, action, resource, lacks }) =>
      plain(`undecidable  task ${task}, event ${seq}: ${action} on ${resource}: ${lacks}`, 400),
    ),
    `backtest: ${flips.length} of ${decisions} decisions would flip${undecidable.length > 0 ? `, ${undecidable.length} can't be decided` : ''}`,
  ];
}

function describeFlip(flip: Flip): string[] {
  const { from, to, task, seq, repository, action, resource, who, why, policies, gone } = flip;
  const by = [
    ...(policies.length > 0 ? [`by ${policies.join(', ')}`] : []),
    ...(gone.length > 0 ? [`without ${gone.join(', ')}`] : []),
  ];
  return [
    plain(`${from} → ${to}  ${action} on ${resource}`, 300),
    `    ${plain(`${repository.name}, task ${task}, event ${seq}, for ${who ?? 'CI'}`, 300)}`,
    `    ${plain(`${why[0] ?? ''}${by.length > 0 ? ` (${by.join('; ')})` : ''}`, 400)}`,
  ];
}
