/** Secrets in what a change adds. The reason says where and of what kind, never what. */
import type { TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';
import { secretsIn } from '../core/redact.ts';

export function inspectSecrets({ path, text }: TreeEntry): Finding[] {
  const after = text.after ?? '';
  const found = secretsIn(after);
  if (found.length === 0) return [];
  const before = text.before ?? '';
  const known = new Set(secretsIn(before).map(({ start, end }) => before.slice(start, end)));
  return found
    .filter(({ start, end }) => !known.has(after.slice(start, end)))
    .map(({ kind, start }) => {
      const line = after.slice(0, start).split('\n').length;
      return finding('secret', path, `Line ${line} holds what looks like a secret (${kind}).`);
    });
}
