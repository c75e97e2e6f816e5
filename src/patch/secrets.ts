/** Finds secrets in what a change adds. A finding names the line and the kind, never the secret. */
import type { Change, TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';
import type { FoundSecret } from '../core/redaction/find-shapes.ts';
import { secretsIn } from '../core/redaction/redact.ts';
import { isKey, isMadeUp, isPlaceholder } from './example-secrets.ts';
import { detectSecrets } from './secret-detector.ts';
import { changedPart } from './suite/changed-part.ts';
import { lineCounter } from './suite/line-counter.ts';

/** What is found by where it stands, such as the password of an address: often that of a test or an example. */
const POSSIBLE_ONLY = new Set(['credential', 'basicauth', 'database-connection-string']);
/** Findings of rules that are no secrets by themselves. */
const NOT_SECRET = new Set(['AWSAccountID']);

/** What stood anywhere in the files before is not told: it may move from one to another. @foreign */
export function inspectSecrets({ entries }: Change): Finding[] {
  const found = entries.flatMap(entry =>
    addedSecrets(entry).map(secret => ({ path: entry.path, ...secret })),
  );
  if (found.length === 0) return [];
  const isKnown = knownIn(
    entries.flatMap(({ text }) => text.before ?? []),
    found.length,
  );
  return found
    .filter(({ value }) => !isKnown(value))
    .map(({ path, kind, line, possible }) =>
      possible
        ? finding('possible-secret', path, `Line ${line} may hold a credential (${kind}).`)
        : finding('secret', path, `Line ${line} holds what looks like a secret (${kind}).`),
    );
}

type AddedSecret = { kind: string; line: number; possible: boolean; value: string };

function addedSecrets({ text }: TreeEntry): AddedSecret[] {
  const whole = text.after ?? '';
  const { from, to } = changedPart(text.before ?? '', whole).after;
  const part = whole.slice(from, to);
  const found = findSecrets(part);
  if (found.length === 0) return [];
  const lineAt = lineCounter(whole);
  return found.map(({ kind, start, end, possible }) => {
    const value = part.slice(start, end);
    return { kind, possible, value, line: lineAt(from + start) };
  });
}

/** So few are looked for one by one, which takes less than finding all secrets of the texts before. */
const FEW = 20;

/** Whether a secret stood in one of the files before. */
function knownIn(before: readonly string[], wanted: number): (secret: string) => boolean {
  if (wanted <= FEW) return secret => before.some(text => text.includes(secret));
  const known = new Set(
    before.flatMap(text => findSecrets(text).map(({ start, end }) => text.slice(start, end))),
  );
  return secret => known.has(secret);
}

type ClassifiedSecret = FoundSecret & { possible: boolean };

/**
 * Secrets of known forms and those of the detector's rules, the sure one where two overlap. Redaction
 * takes out examples too; here they would refuse a change. @foreign
 */
export function findSecrets(text: string): ClassifiedSecret[] {
  const detected = detectSecrets(text)
    .filter(({ messageId }) => !NOT_SECRET.has(messageId))
    .map(({ rule, start, end }) => ({ kind: rule, start, end }));
  // A file may hold whatever it likes in an encoding: that is no secret by its form.
  const found = [...secretsIn(text, [], true), ...detected]
    .map(secret => ({ ...secret, possible: POSSIBLE_ONLY.has(secret.kind) }))
    .sort((a, b) => a.start - b.start);
  const apart: ClassifiedSecret[] = [];
  for (const secret of found) {
    const last = apart.at(-1);
    if (!last || secret.start >= last.end) apart.push(secret);
    else if (last.possible && !secret.possible) apart[apart.length - 1] = secret;
  }
  return apart.filter(secret => !isExample(text, secret));
}

/** An address with its password; of one that was found without the rest, what stands before it. */
const ADDRESS = /^[\w+.-]+:\/\/([^\s:@/]{0,100}):([^@]+)@/;
const BEFORE_PASSWORD = /:\/\/([^\s:@/"\\]{0,100}):$/;

/** Of a key that stands in several texts, so much behind its head is looked at. */
const KEY_PART = 300;

function isExample(text: string, { kind, start, end }: FoundSecret): boolean {
  if (/^private ?key$/.test(kind))
    return !isKey(text.slice(start, Math.max(end, start + KEY_PART)));
  const value = text.slice(start, end);
  const whole = ADDRESS.exec(value);
  if (whole) return isPlaceholder(whole[2] ?? '', whole[1] ?? '');
  const before = BEFORE_PASSWORD.exec(text.slice(Math.max(0, start - 104), start));
  return before ? isPlaceholder(value, before[1] ?? '') : isMadeUp(value);
}
