/** The checks of a pull request: which fail, which are awaited, and whether that has taken too long. */

import type { Repository } from '../../core/actor.ts';
import { isSameCheck } from '../../core/check-name.ts';
import { later } from '../../core/retry.ts';
import { type Blocked, listedChecks, waitsForChecks } from '../../core/task/events/blocked.ts';
import { createdOf, type TaskState } from '../../core/task/state/state.ts';
import type { FactsOf } from '../../policy/facts.ts';
import type { Dependencies } from '../dependencies.ts';
import type {
  AskedApp,
  ExpectedChecks,
  GitHubFacts,
  PullFacts,
  ReportedCheck,
} from '../ports/github.ts';
import { beginsUntil, type LateChecksSource } from './late-checks.ts';

/** For how long a merge waits for checks, where the repository does not say. */
const WAIT_HOURS = 6;
/** What to do about checks that never begin. */
const MEND =
  'Checks that run on the base branch alone are named under checks.baseOnly in gatehouse.yml.';

type MergeChecks = {
  checks: Required<FactsOf<'pr.merge'>['context']['checks']>;
  /** Which fail or are overdue, in sentences for those who are asked. */
  inWords: string[];
  /** What the merge waits for though policy may allow it; null: nothing. */
  awaits: Blocked | null;
  /** When checks last gave people something new to judge: one failed, or the wait was over. */
  changedAt: string | null;
};

type ChecksSource = LateChecksSource & {
  github: { facts: Pick<GitHubFacts, 'expectedChecks' | 'checkSuites' | 'isStatusBy'> };
};

export async function checksOf(
  deps: ChecksSource & Pick<Dependencies, 'now'>,
  state: TaskState,
  { number, checks: reported, head }: Pick<PullFacts, 'number' | 'checks' | 'head'>,
): Promise<MergeChecks> {
  const { github } = deps;
  const { repository, config } = createdOf(state);
  const reportedAs = (state: string) => reported.filter(check => check.state === state);
  const [asked, suites] = await Promise.all([
    github.facts.expectedChecks(repository, number),
    github.facts.checkSuites(repository, head.sha),
  ]);
  const red = [...reportedAs('failing'), ...endedEmpty(suites, 'failed')];
  const failing = namesOf(red);
  const pending = namesOf([...reportedAs('pending'), ...endedEmpty(suites, 'held')]);
  const missing = unreported(reported, asked, config.checks?.baseOnly ?? []);
  const byOthers = await reportedByOthers(github, repository, head.sha, { reported, asked });
  const expected = namesOf([...missing, ...byOthers]);
  const elsewhere = reportedElsewhere(reported, [...missing, ...byOthers]);
  const waitsFor = namesOf([...pending, ...expected].map(name => ({ name })));
  const at = (await deps.now()).toISOString();
  const until = state.checksUntil ?? later(at, (config.checks?.waitHours ?? WAIT_HOURS) * HOUR_MS);
  const overdue = waitsFor.length > 0 && until <= at;
  // GitHub's times are whole seconds: what is said in the second of the wait's end comes after it.
  const ended = overdue ? later(until, -1000) : null;
  const news = [...red.map(check => check.at), ended].filter(time => time !== null);
  return {
    checks: { failing, pending, expected, overdue },
    inWords: [
      ...(failing.length > 0 ? [`Failing: ${listedChecks(failing)}.`] : []),
      ...(overdue && pending.length > 0 ? [`Not done in time: ${listedChecks(pending)}.`] : []),
      ...(overdue && expected.length > 0
        ? [`Not begun in time: ${listedChecks(expected)}. ${MEND}`]
        : []),
      ...(overdue ? elsewhere : []),
    ],
    awaits: overdue
      ? null
      : await awaited(deps, state, { waitsFor, elsewhere, until, at, head: head.sha, suites }),
    changedAt: news.sort((a, b) => Date.parse(b) - Date.parse(a))[0] ?? null,
  };
}

type Awaited = { waitsFor: string[]; elsewhere: string[]; until: string; at: string };

/** What is waited for, or that checks may begin at all. */
async function awaited(
  deps: LateChecksSource,
  state: TaskState,
  { waitsFor, elsewhere, until, at, ...on }: Awaited & { head: string; suites: AskedApp[] },
): Promise<Blocked | null> {
  const wait = { obstacle: 'checks' as const, waitsFor, checksUntil: until, lookAt: null };
  if (waitsFor.length > 0)
    return { ...wait, reason: [waitsForChecks(waitsFor), ...elsewhere].join(' ') };
  const lookAt = await beginsUntil(deps, state, on, at);
  return lookAt === null ? null : { ...wait, lookAt, reason: 'It waits for checks to begin.' };
}

const HOUR_MS = 3_600_000;

/** What to call suites that no check speaks for. */
const EMPTY = {
  failed: 'ended before any check began',
  held: 'waits for a person who lets it run',
};

const endedEmpty = (suites: AskedApp[], how: keyof typeof EMPTY) =>
  suites
    .filter(suite => suite.endedEmpty === how)
    .map(({ app, at }) => ({ name: `${app} (${EMPTY[how]})`, at }));

const namesOf = (checks: { name: string }[]): string[] =>
  [...new Set(checks.map(({ name }) => name))].sort();

type RequiredCheck = ExpectedChecks['required'][number];

function unreported(
  reported: ReportedCheck[],
  { required, ranOnBase }: ExpectedChecks,
  baseOnly: string[],
): RequiredCheck[] {
  const usual = ranOnBase.filter(name => !baseOnly.some(other => isSameCheck(other, name)));
  const expected = [...required, ...usual.map(name => ({ name, app: null }))];
  return expected.filter(check => !reported.some(one => mayBe(one, check)));
}

/** Why what seems to be there is waited for all the same, as a sentence; none where nothing seems so. */
function reportedElsewhere(reported: ReportedCheck[], awaited: RequiredCheck[]): string[] {
  const there = awaited.filter(
    ({ name, app }) => app !== null && reported.some(one => isSameCheck(one.name, name)),
  );
  if (there.length === 0) return [];
  return [
    `${listedChecks(namesOf(there))}: reported, but not by the App from which the branch's rules require it.`,
  ];
}

/** A status does not say which App set it: that is looked up where it matters. */
const mayBe = (check: ReportedCheck, { name, app }: RequiredCheck): boolean =>
  isSameCheck(check.name, name) && (app === null || check.app === null || check.app === app);

/** Required of one App, and reported by nothing but a status that somebody else set: GitHub waits on. */
async function reportedByOthers(
  { facts }: ChecksSource['github'],
  repository: Repository,
  head: string,
  { reported, asked }: { reported: ReportedCheck[]; asked: ExpectedChecks },
): Promise<RequiredCheck[]> {
  const found: RequiredCheck[] = [];
  for (const required of asked.required) {
    const all = reported.filter(check => mayBe(check, required));
    if (required.app === null || all.length === 0 || all.some(({ app }) => app !== null)) continue;
    const { name, app } = required;
    if (!(await facts.isStatusBy(repository, { sha: head, name, app }))) found.push(required);
  }
  return found;
}
