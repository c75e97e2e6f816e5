/** `gatehouse doctor`: what is wrong, and how to fix it. */

import { type Output, print } from './output.ts';
import type { Check, Services } from './services.ts';

export async function doctor(
  services: Services,
  output: Output,
  options: { json: boolean },
): Promise<void> {
  const checks = await services.checkUp();
  const wrong = checks.filter(check => !check.ok).length;
  const ok = wrong === 0;
  print(output, options.json, { ok, checks }, [
    ...checks.flatMap(describe),
    ok ? 'All is well.' : `${wrong} to fix.`,
  ]);
  if (!ok) output.exit(1);
}

const describe = ({ name, ok, detail, remediation }: Check): string[] => [
  `${ok ? '✓' : '✗'} ${name}: ${detail.replaceAll('\n', '\n    ')}`,
  ...(remediation === null ? [] : [`    → ${remediation}`]),
];
