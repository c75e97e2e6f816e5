/** The checks that a base requires, and that are not green on a head. */
import { bearsOurName } from '../../../core/approvals/own-check.ts';
import { isSameCheck } from '../../../core/check-name.ts';
import type { ReportedCheck } from '../../../engine/ports/github.ts';
import type { BranchRule } from '../branch-rules.ts';

/** As GitHub tells of it to whoever may read the branch. */
type ClassicChecks =
  | { contexts?: string[]; checks?: { context: string; app_id: number | null }[] }
  | undefined;

type RequiredCheck = { name: string; app: number | null };

/** `own`: our App. */
export function checksMissing(
  own: number,
  classic: ClassicChecks,
  rules: readonly BranchRule[],
  reported: ReportedCheck[],
): string[] {
  const required = [
    ...(classic?.contexts ?? []).map(name => ({ name, app: null })),
    ...(classic?.checks ?? []).map(({ context: name, app_id: app }) => ({ name, app })),
    ...rules.flatMap(checksOf),
  ];
  return [...new Set(required.flatMap(check => checkWanted(own, check, reported)))];
}

const checksOf = (rule: BranchRule): RequiredCheck[] =>
  rule.type === 'required_status_checks'
    ? (rule.parameters?.required_status_checks ?? []).map(({ context, integration_id }) => ({
        name: context,
        app: integration_id ?? null,
      }))
    : [];

/** A status does not say which App set it, and GitHub writes -1 where any App may report a check. */
function checkWanted(
  own: number,
  { name, app }: RequiredCheck,
  reported: ReportedCheck[],
): string[] {
  const isByAny = app === null || app === -1;
  // Ours is green where we merge, and nobody else reports it.
  if (bearsOurName(name))
    return isByAny || app === own
      ? []
      : [
          `the check ${name} by another App than Gatehouse's (choose Gatehouse's App as its source)`,
        ];
  const green = reported.filter(one => isSameCheck(one.name, name) && one.state === 'green');
  if (green.some(one => isByAny || one.app === null || one.app === app)) return [];
  return [
    green.length > 0
      ? `the check ${name} by another App than the one that reported it`
      : `the check ${name}`,
  ];
}
