/** `gatehouse doctor`: what is wrong, and how to mend it. */
import type { Check, House } from './house.ts';
import { type Output, print } from './output.ts';

export async function doctor(
  house: House,
  output: Output,
  options: { json: boolean },
): Promise<void> {
  const checks = await house.checkUp();
  const wrong = checks.filter(check => !check.ok).length;
  const ok = wrong === 0;
  print(output, options.json, { ok, checks }, [
    ...checks.flatMap(describe),
    ok ? 'All is well.' : `${wrong} to mend.`,
  ]);
  if (!ok) output.exit(1);
}

const describe = ({ name, ok, detail, mend }: Check): string[] => [
  `${ok ? '✓' : '✗'} ${name}: ${detail.replaceAll('\n', '\n    ')}`,
  ...(mend === null ? [] : [`    → ${mend}`]),
];
