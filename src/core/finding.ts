/** What the patch gate can find. Each kind is a `Finding` of `policies/schema.cedarschema`. */

import { z } from 'zod';
import { keysOf } from './keys-of.ts';

/**
 * `refuse`: the change can't be reviewed, so it is never taken; `risk`: a person should look at it;
 * `note`: a line in the report. Policy decides what follows from a finding.
 */
const SEVERITY = {
  'git-path': 'refuse',
  'unsafe-path': 'refuse',
  symlink: 'refuse',
  submodule: 'refuse',
  secret: 'refuse',
  oversized: 'refuse',
  'runs-on-push': 'risk',
  policy: 'risk',
  codeowners: 'risk',
  'agent-config': 'risk',
  'dependency-manifest': 'risk',
  lockfile: 'risk',
  'install-script': 'risk',
  'registry-config': 'risk',
  migration: 'risk',
  'lint-config': 'risk',
  'test-deleted': 'risk',
  'test-weakened': 'risk',
  'snapshot-rewritten': 'risk',
  'check-loosened': 'risk',
  'check-suppressed': 'risk',
  'possible-secret': 'risk',
  'large-diff': 'risk',
  binary: 'risk',
  uninspected: 'risk',
  'hidden-text': 'risk',
  homoglyph: 'risk',
  'odd-path': 'risk',
  executable: 'note',
} as const;

export type FindingKind = keyof typeof SEVERITY;
export const FINDING_KINDS = keysOf(SEVERITY);
export const FindingKind = z.enum(FINDING_KINDS);

export const Finding = z.strictObject({
  kind: FindingKind,
  /** The path as git has it; empty where the finding is about the whole change. */
  path: z.string(),
  severity: z.enum(['note', 'risk', 'refuse']),
  /** For people; never quotes a secret. Where it is about a line of the file, it begins with that: `Line 7 …`. */
  reason: z.string(),
});
export type Finding = z.infer<typeof Finding>;

/** The part of a finding that people are shown. */
export const Noted = Finding.pick({ kind: true, path: true, reason: true });
export type Noted = z.infer<typeof Noted>;

/** The line that the finding is about, of the file after the change; null: it is about no single line. */
export function findingLine({ reason }: Pick<Finding, 'reason'>): number | null {
  const [, line] = /^Line (\d{1,9})\b/.exec(reason) ?? [];
  return line === undefined ? null : Number(line);
}

/** At most this many findings, and this many characters of each reason, are shown; the diff shows the rest. */
const MOST_FINDINGS = 50;
const REASON_LENGTH = 300;
const ORDER = { refuse: 0, risk: 1, note: 2 };

/** The most severe findings first; notes are left out. */
export const noted = (findings: readonly Finding[]): Noted[] =>
  findings
    .filter(({ severity }) => severity !== 'note')
    .toSorted((a, b) => ORDER[a.severity] - ORDER[b.severity])
    .slice(0, MOST_FINDINGS)
    .map(({ kind, path, reason }) => ({ kind, path, reason: reason.slice(0, REASON_LENGTH) }));

export const finding = (kind: FindingKind, path: string, reason: string): Finding => ({
  kind,
  path,
  severity: SEVERITY[kind],
  reason,
});
