/** Finds secrets in what a change adds. A finding names the line and the kind, never the secret. */
import type { TreeEntry } from '../core/change.ts';
import type { FoundSecret } from '../core/find-shapes.ts';
import { type Finding, finding } from '../core/finding.ts';
import { secretsIn } from '../core/redact.ts';
import { detectSecrets } from './secret-detector.ts';
import { changedPart } from './suite/changed-part.ts';
import { lineCounter } from './suite/line-counter.ts';

/** Rules for addresses with a password, which are often those of tests and examples. */
const POSSIBLE_ONLY = new Set(['basicauth', 'database-connection-string']);
/** Findings of rules that are no secrets by themselves. */
const NOT_SECRET = new Set(['AWSAccountID']);

/** @foreign */
export function inspectSecrets({ path, text }: TreeEntry): Finding[] {
  const whole = text.after ?? '';
  const part = changedPart(text.before ?? '', whole);
  const after = whole.slice(part.after.from, part.after.to);
  const found = findSecrets(after);
  if (found.length === 0) return [];
  const isKnown = knownIn(text.before ?? '', found.length);
  const lines = lineCounter(whole);
  const lineAt = (start: number) => lines(part.after.from + start);
  return found
    .filter(({ start, end }) => !isKnown(after.slice(start, end)))
    .map(({ kind, start, possible }) =>
      possible
        ? finding('possible-secret', path, `Line ${lineAt(start)} may hold a credential (${kind}).`)
        : finding(
            'secret',
            path,
            `Line ${lineAt(start)} holds what looks like a secret (${kind}).`,
          ),
    );
}

/** So few are looked for one by one, which takes less than finding all secrets of the text before. */
const FEW = 20;

/** Whether a secret stood in the file before. */
function knownIn(before: string, wanted: number): (secret: string) => boolean {
  if (wanted <= FEW) return secret => before.includes(secret);
  const known = new Set(findSecrets(before).map(({ start, end }) => before.slice(start, end)));
  return secret => known.has(secret);
}

type ClassifiedSecret = FoundSecret & { possible: boolean };

/** Secrets of known forms, then those of the detector that do not overlap with one of them. @foreign */
export function findSecrets(text: string): ClassifiedSecret[] {
  // A file may hold whatever it likes in an encoding: that is no secret by its form.
  const known = secretsIn(text, [], true).map(secret => ({ ...secret, possible: false }));
  const detected = detectSecrets(text)
    .filter(({ messageId }) => !NOT_SECRET.has(messageId))
    .map(({ rule, start, end }) => ({ kind: rule, start, end, possible: POSSIBLE_ONLY.has(rule) }))
    .filter(({ start, end }) => !known.some(other => other.start < end && start < other.end));
  return [...known, ...detected];
}
