/** One review for each key: its findings stand on the lines that the diff shows, all others in its body. */
import type { Repository } from '../../../core/actor.ts';
import type { ReviewFinding, ReviewReport } from '../../../core/handover/review.ts';
import type { GitHubFacts } from '../../../engine/ports/github.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import { attempt } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { shownLines } from '../diff-lines.ts';
import { newestReviews } from '../newest-reviews.ts';
import { findingText, reviewText } from '../surfaces/documents.ts';
import { answerMarker } from '../surfaces/markers.ts';
import type { WriteContext } from './write-context.ts';

type LineComment = { path: string; line: number; side: 'RIGHT'; body: string };

type NewReview = { pull: number; head: string; report: ReviewReport };

/** GitHub takes more, and people read fewer. */
const MOST_COMMENTS = 50;
/** Ours is looked for among the newest: it was written a moment ago, or not at all. */
const MOST_REVIEW_PAGES = 3;

export async function review(
  { clients, app }: WriteContext,
  facts: Pick<GitHubFacts, 'pull' | 'pullFiles'>,
  repository: Repository,
  { key, ...of }: NewReview & { key: string },
): Promise<{ id: number }> {
  const { rest } = clients(repository, 'talk');
  const at = { ...repositoryPath(repository), pull_number: of.pull };
  const marker = answerMarker(key);
  for await (const { reviews } of newestReviews(rest, at, MOST_REVIEW_PAGES)) {
    const ours = reviews.find(
      ({ user, body }) => user?.id === app.botUserId && body.startsWith(marker),
    );
    if (ours) return { id: ours.id };
  }
  const { inline, elsewhere } = await placed(facts, repository, of);
  const create = async (comments: LineComment[], others: readonly ReviewFinding[]) => {
    const body = `${marker}\n${reviewText(of.report, others)}`;
    // It is advice: it never approves, and never asks for changes.
    const given = { ...at, commit_id: of.head, event: 'COMMENT' as const, body, comments };
    const { data } = await attempt('review', () => rest.pulls.createReview(given));
    return { id: data.id };
  };
  try {
    return await create(inline.map(commentOn), elsewhere);
  } catch (error) {
    // The lines may be others by now: then all of it stands in the body.
    if (!(error instanceof GitHubFailure) || error.class !== 'invalid' || inline.length === 0)
      throw error;
    return create([], of.report.findings);
  }
}

const PASSES: GitHubFailure['class'][] = ['rate_limit', 'transport', 'shut_out'];

type OnLine = ReviewFinding & { line: number };

const commentOn = (finding: OnLine): LineComment => ({
  path: finding.path,
  line: finding.line,
  side: 'RIGHT',
  body: findingText(finding),
});

/** Which findings stand on lines of the diff; none do where the head is another by now. */
async function placed(
  facts: Pick<GitHubFacts, 'pull' | 'pullFiles'>,
  repository: Repository,
  { pull, head, report }: NewReview,
): Promise<{ inline: OnLine[]; elsewhere: ReviewFinding[] }> {
  const { findings } = report;
  const { head: present } = await facts.pull(repository, pull);
  if (findings.length === 0 || present.sha !== head) return { inline: [], elsewhere: findings };
  const files = await facts.pullFiles(repository, pull).catch((error: unknown) => {
    // GitHub can't compare some changes at all; what may pass by itself is tried again.
    const passes = error instanceof GitHubFailure && PASSES.includes(error.class);
    if (passes || !(error instanceof GitHubFailure)) throw error;
    return [];
  });
  const shown = new Map(files.map(({ path, patch }) => [path, shownLines(patch ?? '')]));
  const inline = findings.filter(isOnLine).filter(({ path, line }) => shown.get(path)?.has(line));
  const kept = new Set<ReviewFinding>(inline.slice(0, MOST_COMMENTS));
  return {
    inline: inline.slice(0, MOST_COMMENTS),
    elsewhere: findings.filter(finding => !kept.has(finding)),
  };
}

const isOnLine = (finding: ReviewFinding): finding is OnLine => finding.line !== null;
