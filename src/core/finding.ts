/** What the patch gate can find. Each kind is a `Finding` of `policies/schema.cedarschema`. */
import { z } from 'zod';

/**
 * `refuse`: can't be judged by looking at it, so nothing takes it; `risk`: a person should look;
 * `note`: worth a line in the report. What follows from it is for policy to say.
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
  executable: 'note',
} as const;

export type FindingKind = keyof typeof SEVERITY;
export const FINDING_KINDS = Object.keys(SEVERITY) as FindingKind[];
export const FindingKind = z.enum(FINDING_KINDS);

export const Finding = z.strictObject({
  kind: FindingKind,
  /** The path as git has it; empty where the finding is about the whole change. */
  path: z.string(),
  severity: z.enum(['note', 'risk', 'refuse']),
  /** For people; never quotes a secret. */
  reason: z.string(),
});
export type Finding = z.infer<typeof Finding>;

/** What people are shown of one: enough to look there. */
export const Noted = Finding.pick({ kind: true, path: true, reason: true });
export type Noted = z.infer<typeof Noted>;

/** More findings than these, or more words of one, are for the diff to show. */
const MOST = 50;
const WORDS = 300;
const ORDER = { refuse: 0, risk: 1, note: 2 };

/** What matters most first; what is only worth a line in the report is left out. */
export const noted = (findings: readonly Finding[]): Noted[] =>
  findings
    .filter(({ severity }) => severity !== 'note')
    .toSorted((a, b) => ORDER[a.severity] - ORDER[b.severity])
    .slice(0, MOST)
    .map(({ kind, path, reason }) => ({ kind, path, reason: reason.slice(0, WORDS) }));

export const finding = (kind: FindingKind, path: string, reason: string): Finding => ({
  kind,
  path,
  severity: SEVERITY[kind],
  reason,
});
