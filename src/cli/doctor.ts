/** `gatehouse doctor`: what is wrong, and how to mend it. */
import type { House } from './house.ts';
import { type Output, print } from './output.ts';

export async function doctor(
  house: House,
  output: Output,
  options: { json: boolean },
): Promise<void> {
  const checks = await house.checkUp();
  const ok = checks.every(check => check.ok);
  print(output, options.json, { ok, checks }, [
    ...checks.flatMap(({ name, ok, detail, mend }) => [
      `${ok ? '✓' : '✗'} ${name}: ${detail}`,
      ...(mend === null ? [] : [`    ${mend}`]),
    ]),
    ok ? 'All is well.' : `${checks.filter(check => !check.ok).length} to mend.`,
  ]);
  if (!ok) output.exit(1);
}
