/** The reply where a file of the default branch has faults. */
import type { Reply } from '../../core/reply.ts';
import type { PolicyFault } from '../../policy/fault.ts';

/** Each fault with its line. */
export type Misconfigured = Extract<Reply, { code: 'misconfigured' }>;

/** What is wrong with the first file that is named; null: nothing is. */
export function misconfigured(faults: readonly PolicyFault[]): Misconfigured | null {
  const [first] = faults;
  if (!first) return null;
  const said = faults.filter(({ file }) => file === first.file);
  const lines = said.map(({ line, message }) => `line ${line}: ${message}`);
  return { code: 'misconfigured', path: first.file, faults: lines };
}
