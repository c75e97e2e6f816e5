/** One thing that `gatehouse doctor` looks at. */
import type { Check } from '../cli/house.ts';

export type Fault = { problem: string; mend: string };

/** `look` says what it found, or what is wrong; where it throws instead, `mend` says what to do. */
export async function check(
  name: string,
  mend: string | null,
  look: () => Promise<string | Fault>,
): Promise<Check> {
  try {
    const found = await look();
    if (typeof found === 'string') return { name, ok: true, detail: found, mend: null };
    return { name, ok: false, detail: found.problem, mend: found.mend };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { name, ok: false, detail, mend };
  }
}
