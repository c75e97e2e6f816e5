/** One thing that `gatehouse doctor` looks at. */
import type { Check, CheckFault } from '../../engine/ports/doctor.ts';

/** `look` says what it found, or what is wrong; where it throws instead, `remediation` says what to do. */
export async function check(
  name: string,
  remediation: string | null,
  look: () => Promise<string | CheckFault>,
): Promise<Check> {
  try {
    const found = await look();
    if (typeof found === 'string') return { name, ok: true, detail: found, remediation: null };
    return { name, ok: false, detail: found.problem, remediation: found.remediation };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { name, ok: false, detail, remediation };
  }
}
