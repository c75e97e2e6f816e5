/** The plan of a backlog, from where `/agent play` says: a file, the issues below, or a milestone. */
import type { Repository } from '../../../core/actor.ts';
import type { BacklogSource } from '../../../core/backlog/events.ts';
import { BacklogFile, planOf, planOfIssues } from '../../../core/backlog/file.ts';
import { type BacklogPlan, circleIn, MOST } from '../../../core/backlog/plan.ts';
import type { SingleReply } from '../../../core/reply.ts';
import type { Dependencies } from '../../dependencies.ts';
import { parseYaml } from '../../policies/yaml-text.ts';
import type { IssueFacts } from '../../ports/github.ts';
import type { RelatedIssue } from '../../ports/github-backlog.ts';

type Needs = Pick<Dependencies, 'workspaces' | 'github'>;
type Place = { repository: Repository; tracking: IssueFacts; head: string };

type ReadPlan =
  | { ok: true; source: BacklogSource; plan: BacklogPlan }
  | { ok: false; answer: SingleReply };

/** Read where nothing else is named. */
const USUAL_PATHS = ['requirements.yaml', 'requirements.yml'];
const LARGEST = 64 * 1024;

const refused = (reason: string): ReadPlan => ({
  ok: false,
  answer: { code: 'refused', command: 'play', reasons: [reason] },
});

/** `text`: what follows `/agent play`. */
export async function readPlan(deps: Needs, place: Place, text: string): Promise<ReadPlan> {
  const milestone = /^milestone(?:\s+(.*))?$/is.exec(text);
  if (milestone) return fromMilestone(deps, place, milestone[1]?.trim() ?? '');
  if (text !== '') {
    const path = text.replace(/^(\.?\/)+/, '');
    return (
      (await fromFile(deps, place, path)) ??
      refused(`There is no file ${path.slice(0, 200)} on the default branch.`)
    );
  }
  const below = await deps.github.facts.subIssues(
    place.repository,
    place.tracking.number,
    MOST.items,
  );
  if (below.length > 0) return fromIssues(place.tracking, { kind: 'sub_issues' }, below);
  for (const path of USUAL_PATHS) {
    const read = await fromFile(deps, place, path);
    if (read) return read;
  }
  return refused(
    'There is nothing to play: give this issue sub-issues, write a requirements.yaml on the default branch, or name a file or a milestone: `/agent play path/to/backlog.yaml`, `/agent play milestone 2.0`.',
  );
}

async function fromFile(
  { workspaces, github }: Needs,
  { repository, tracking, head }: Place,
  path: string,
): Promise<ReadPlan | null> {
  const remote = await github.facts.remote(repository, 'read');
  // A byte more than its reader takes, so that it says what is too large.
  const content = await workspaces.readFile({ repository, remote }, head, path, LARGEST + 1);
  if (content === null) return null;
  const read = parseYaml(path, content.toString('utf8'), BacklogFile);
  const elsewhere = read.ok ? placeFault(read.value, repository, tracking.number) : null;
  if (elsewhere !== null) return refused(`${path}: ${elsewhere}`);
  if (read.ok)
    return {
      ok: true,
      source: { kind: 'file', path, commit: head },
      plan: planOf(read.value),
    };
  const faults = read.faults.map(({ line, message }) => `line ${line}: ${message}`);
  return { ok: false, answer: { code: 'misconfigured', path, faults } };
}

/** What the file says of where it is worked, where that is not here; null: it says nothing else. */
function placeFault(file: BacklogFile, { owner, name }: Repository, issue: number): string | null {
  const here = `${owner}/${name}`;
  if (file.repository !== undefined && file.repository.toLowerCase() !== here.toLowerCase())
    return `it is for the repository ${file.repository}, and not for ${here}.`;
  return file.tracking !== undefined && file.tracking !== issue
    ? `it reports on #${file.tracking}: play it there.`
    : null;
}

async function fromMilestone(
  { github }: Needs,
  { repository, tracking }: Place,
  named: string,
): Promise<ReadPlan> {
  const title = named || tracking.milestone;
  if (!title)
    return refused('This issue is in no milestone: name one, as in `/agent play milestone 2.0`.');
  const issues = await github.facts.milestone(repository, title, MOST.items);
  if (!issues) return refused(`There is no milestone "${title.slice(0, 100)}".`);
  const others = issues.filter(({ number }) => number !== tracking.number);
  return fromIssues({ ...tracking, title }, { kind: 'milestone', title }, others);
}

/** Every reason why these can't be worked as a backlog, or the plan. */
function fromIssues(
  { title }: Pick<IssueFacts, 'title'>,
  source: BacklogSource,
  issues: readonly RelatedIssue[],
): ReadPlan {
  const reasons = faultsOf(issues);
  if (reasons.length > 0)
    return { ok: false, answer: { code: 'refused', command: 'play', reasons } };
  const here = new Set(issues.map(({ number }) => number));
  const plan = planOfIssues(
    title,
    issues.map(issue => ({
      ...issue,
      // What is closed blocks nobody.
      blockedBy: issue.blockedBy.filter(({ number }) => here.has(number)).map(b => b.number),
    })),
  );
  const circle = circleIn(plan.items);
  if (circle) {
    const names = circle.map(id => `#${id}`).join(' → ');
    return refused(`Issues block each other in a circle: ${names}.`);
  }
  return { ok: true, source, plan };
}

function faultsOf(issues: readonly RelatedIssue[]): string[] {
  if (issues.length > MOST.items)
    return [`There are more than ${MOST.items} issues: play parts of them.`];
  if (!issues.some(({ isOpen }) => isOpen)) return ['None of these issues is open.'];
  const here = new Set(issues.filter(one => one.elsewhere === null).map(one => one.number));
  return issues.flatMap(issue => [
    ...(issue.elsewhere === null
      ? []
      : [
          `${issue.elsewhere}#${issue.number} is an issue of another repository: a backlog is of one.`,
        ]),
    ...issue.blockedBy
      .filter(({ isOpen, elsewhere, number }) => isOpen && (elsewhere || !here.has(number)))
      .map(
        ({ number, elsewhere }) =>
          `#${issue.number} is blocked by ${elsewhere ?? ''}#${number}, which is open and not part of this: make it part of it, or close it.`,
      ),
  ]);
}
