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

export const finding = (kind: FindingKind, path: string, reason: string): Finding => ({
  kind,
  path,
  severity: SEVERITY[kind],
  reason,
});
