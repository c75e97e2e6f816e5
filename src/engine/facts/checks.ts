/** The checks of a pull request: which fail, which are awaited, and whether that has taken too long. */
import { isSameCheck } from '../../core/check-name.ts';
import { later } from '../../core/retry.ts';
import type { Blocked } from '../../core/task/blocked.ts';
import { createdOf, type TaskState } from '../../core/task/state.ts';
import type { FactsOf } from '../../policy/facts.ts';
import type { Dependencies } from '../dependencies.ts';
import type { ExpectedChecks, PullFacts, ReportedCheck } from '../ports/github.ts';

/** For how long a merge waits for checks, where the repository does not say. */
const WAIT_HOURS = 6;
/** More names than these are for GitHub's own list to show. */
const LISTED = 5;
/** What to do about checks that never begin. */
const MEND =
  'Checks that run on the base branch alone are named under checks.baseOnly in gatehouse.yml.';

export type MergeChecks = {
  checks: Required<FactsOf<'pr.merge'>['context']['checks']>;
  /** Which fail or are overdue, in sentences for those who are asked. */
  inWords: string[];
  /** What the merge waits for though policy may allow it; null: nothing. */
  awaits: Blocked | null;
  /** When checks last gave people something new to judge: one failed, or the wait was over. */
  changedAt: string | null;
};

export async function checksOf(
  { github, now }: Pick<Dependencies, 'github' | 'now'>,
  state: TaskState,
  { checks: reported, base }: Pick<PullFacts, 'checks' | 'base'>,
): Promise<MergeChecks> {
  const { repository, config } = createdOf(state);
  const asked = await github.facts.expectedChecks(repository, base);
  const red = reported.filter(check => check.state === 'failing');
  const failing = namesOf(red);
  const pending = namesOf(reported.filter(check => check.state === 'pending'));
  const expected = unreported(reported, asked, config.checks?.baseOnly ?? []);
  const waitsFor = namesOf([...pending, ...expected].map(name => ({ name })));
  const at = (await now()).toISOString();
  const until = state.checksUntil ?? later(at, (config.checks?.waitHours ?? WAIT_HOURS) * HOUR_MS);
  const overdue = waitsFor.length > 0 && until <= at;
  // GitHub's times are whole seconds: what is said in the second of the wait's end comes after it.
  const ended = overdue ? later(until, -1000) : null;
  const news = [...red.map(check => check.at), ended].filter(time => time !== null);
  return {
    checks: { failing, pending, expected, overdue },
    inWords: [
      ...(failing.length > 0 ? [`Failing: ${listed(failing)}.`] : []),
      ...(overdue && pending.length > 0 ? [`Not done in time: ${listed(pending)}.`] : []),
      ...(overdue && expected.length > 0
        ? [`Not begun in time: ${listed(expected)}. ${MEND}`]
        : []),
    ],
    awaits:
      waitsFor.length === 0 || overdue
        ? null
        : {
            obstacle: 'checks',
            reason: `It waits for checks: ${listed(waitsFor)}.`,
            waitsFor,
            checksUntil: until,
            lookAt: null,
          },
    changedAt: news.sort((a, b) => Date.parse(b) - Date.parse(a))[0] ?? null,
  };
}

const HOUR_MS = 3_600_000;

const namesOf = (checks: { name: string }[]): string[] =>
  [...new Set(checks.map(({ name }) => name))].sort();

function unreported(
  reported: ReportedCheck[],
  { required, ranOnBase }: ExpectedChecks,
  baseOnly: string[],
): string[] {
  const usual = ranOnBase.filter(name => !baseOnly.some(other => isSameCheck(other, name)));
  const expected = [...required, ...usual.map(name => ({ name, app: null }))];
  // A status does not say which App set it.
  const isReported = ({ name, app }: ExpectedChecks['required'][number]) =>
    reported.some(
      check =>
        isSameCheck(check.name, name) && (app === null || check.app === null || check.app === app),
    );
  return namesOf(expected.filter(check => !isReported(check)));
}

function listed(names: string[]): string {
  const more = names.length - LISTED;
  return `${names.slice(0, LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
