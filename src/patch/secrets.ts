/** Secrets in what a change adds. The reason says where and of what kind, never what. */
import type { TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';
import { type FoundSecret, secretsIn } from '../core/redact.ts';
import { detect } from './detector.ts';
import { changedPart } from './suite/changed-part.ts';
import { lineCounter } from './suite/lines.ts';

/** Rules that know an address with a password in it; those of tests and examples are many. */
const PERHAPS = new Set(['basicauth', 'database-connection-string']);
/** No secret, though it stands near some. */
const NEVER = new Set(['AWSAccountID']);

export function inspectSecrets({ path, text }: TreeEntry): Finding[] {
  const whole = text.after ?? '';
  const part = changedPart(text.before ?? '', whole);
  const after = whole.slice(part.after.from, part.after.to);
  const found = everySecret(after);
  if (found.length === 0) return [];
  const before = text.before ?? '';
  const known = new Set(everySecret(before).map(({ start, end }) => before.slice(start, end)));
  const lines = lineCounter(whole);
  const lineAt = (start: number) => lines(part.after.from + start);
  return found
    .filter(({ start, end }) => !known.has(after.slice(start, end)))
    .map(({ kind, start, perhaps }) =>
      perhaps
        ? finding('possible-secret', path, `Line ${lineAt(start)} may hold a credential (${kind}).`)
        : finding(
            'secret',
            path,
            `Line ${lineAt(start)} holds what looks like a secret (${kind}).`,
          ),
    );
}

type Found = FoundSecret & { perhaps: boolean };

/** Ours first: what the detector finds at the same place says nothing new. */
function everySecret(text: string): Found[] {
  const ours = secretsIn(text).map(secret => ({ ...secret, perhaps: false }));
  const theirs = detect(text)
    .filter(({ messageId }) => !NEVER.has(messageId))
    .map(({ rule, start, end }) => ({ kind: rule, start, end, perhaps: PERHAPS.has(rule) }))
    .filter(({ start, end }) => !ours.some(known => known.start < end && start < known.end));
  return [...ours, ...theirs];
}
