/** Secrets in what a change adds. The reason says where and of what kind, never what. */
import type { TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';
import { secretsIn } from '../core/redact.ts';

export function inspectSecrets({ path, text }: TreeEntry): Finding[] {
  const after = text.after ?? '';
  const known = new Set(valuesIn(text.before ?? ''));
  const added = secretsIn(after).filter(({ start, end }) => !known.has(after.slice(start, end)));
  return added.map(({ kind, start }) => {
    const line = after.slice(0, start).split('\n').length;
    return finding('secret', path, `Line ${line} holds what looks like a secret (${kind}).`);
  });
}

const valuesIn = (text: string): string[] =>
  secretsIn(text).map(({ start, end }) => text.slice(start, end));
