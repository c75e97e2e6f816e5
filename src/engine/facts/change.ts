/** The facts of a change: its size, what was found in it, the paths it touches; at the merge, its pull request too. */
import { createBoundedCache } from '../../core/bounds/bounded-cache.ts';
import { type Change, sizeOf, touchedPaths } from '../../core/change.ts';
import { type Finding, finding, type Noted, noted } from '../../core/finding.ts';
import type { Proof } from '../../core/proof.ts';
import { type Blocked, blockedBy } from '../../core/task/events/blocked.ts';
import { baseOf, createdOf, type TaskState } from '../../core/task/state/state.ts';
import { unpassedByHead } from '../../core/task/work/blocking-reviews.ts';
import { proofOfHead } from '../../core/task/work/proof.ts';
import { inspectChange } from '../../patch/inspect-change.ts';
import { inspectTexts, type WrittenTexts } from '../../patch/written-texts.ts';
import type { TouchedPath } from '../../policy/actions/changes.ts';
import type { FactsOf } from '../../policy/facts.ts';
import type { Dependencies } from '../dependencies.ts';
import { checksOf } from './checks.ts';
import { type Circumstances, factsOf } from './circumstances.ts';
import { endedPull } from './ended-pull.ts';
import { obstacleOf } from './obstacle.ts';
import type { CollectedFacts, Overtaken, Question } from './question.ts';

/** What commands of the repository, and reviews by agents, say of a change. */
type Verdicts = { proof: Proof[]; unpassed: string[] };

export const UNJUDGED: Verdicts = { proof: [], unpassed: [] };

type ChangeFacts = {
  context: Pick<
    FactsOf<'pr.merge'>['context'],
    'size' | 'findings' | 'reproduced' | keyof Verdicts
  >;
  paths: TouchedPath[];
  content: { tree: string; paths: string[]; findings: Noted[] };
};

/** `texts`: what people wrote about it. */
export function changeFacts(
  change: Change,
  { proof, unpassed }: Verdicts,
  { redact }: Pick<Dependencies, 'redact'>,
  texts: WrittenTexts | null = null,
): ChangeFacts {
  const findings = [...findingsIn(change, redact), ...(texts ? inspectTexts(texts) : [])];
  const byPath = Map.groupBy(findings, found => found.path);
  // A name that holds a secret is told without it; a change that adds one is never taken.
  const paths = touchedPaths(change.entries).map(path => redact(path));
  return {
    context: {
      size: sizeOf(change),
      findings: kindsOf(findings),
      reproduced: proof.includes('reproduced'),
      proof,
      unpassed,
    },
    paths: paths.map(path => ({ path, findings: kindsOf(byPath.get(path) ?? []) })),
    // Policy is given the kinds alone; people are shown where each was found.
    content: { tree: change.tree, paths, findings: noted(findings) },
  };
}

const kindsOf = (findings: Finding[]) => [...new Set(findings.map(({ kind }) => kind))].sort();

/** By parent and tree, which identify a change: what was found in the changes that were judged last. */
const judged = createBoundedCache<string, Finding[]>(100, {
  of: findings => findings.length,
  most: 50_000,
});

/** One change is judged many times: accepted, pushed, opened, and at each look at its merge. */
function findingsIn(change: Change, redact: Dependencies['redact']): Finding[] {
  const key = `${change.parent} ${change.tree}`;
  const findings = judged.get(key) ?? withOurSecrets(inspectChange(change), change, redact);
  judged.set(key, findings);
  return findings;
}

/** Secrets of this deployment are known by their value: no rule of the gate has them. */
function withOurSecrets(
  findings: Finding[],
  { entries }: Change,
  redact: Dependencies['redact'],
): Finding[] {
  const known = new Set(findings.filter(({ kind }) => kind === 'secret').map(({ path }) => path));
  const holds = (text: string | null) => text !== null && redact(text) !== text;
  const found = entries
    .filter(({ path }) => !known.has(path) && !known.has(redact(path)))
    .filter(({ path, text }) => (holds(text.after) && !holds(text.before)) || holds(path))
    .map(({ path }) => finding('secret', redact(path), 'It holds a secret that Gatehouse knows.'));
  return [...found, ...findings];
}

/** The pull request as it is now, with its whole change and its checks. */
export async function mergeFacts(
  deps: Pick<Dependencies, 'github' | 'workspaces' | 'profiles' | 'now' | 'redact'>,
  state: TaskState,
  question: Pick<Question, 'run'>,
  circumstances: Circumstances,
): Promise<CollectedFacts | Overtaken> {
  const { github, workspaces } = deps;
  const { repository } = createdOf(state);
  const ours = state.pull;
  if (!ours) throw new Error('there is no pull request to merge');
  const pull = await github.facts.pull(repository, ours.number);
  const ended = await endedPull(github.facts, state, pull);
  if (ended) return ended;
  if (pull.head.sha !== ours.head) return { type: 'head_moved', to: pull.head.sha };
  if (pull.base.ref !== baseOf(state)) {
    // Every review until now was of a change to another base.
    const { reviews } = await github.facts.approval(repository, reviewsOf(ours.number));
    return { type: 'base_moved', to: pull.base.ref, reviews: reviews.map(({ id }) => id) };
  }
  const obstacle = question.run && (await obstacleOf(deps, state, pull, question.run));
  if (obstacle) return obstacle;
  const remote = await github.facts.remote(repository, 'read');
  const source = { repository, remote };
  const [change, messages, found] = await Promise.all([
    workspaces.compare(source, pull.base.sha, pull.head.sha),
    workspaces.messages(source, pull.base.sha, pull.head.sha),
    checksOf(deps, state, pull),
  ]);
  if (question.run && isEmpty(change))
    return { type: 'merge_blocked', run: question.run, because: changesNothing(pull.base.ref) };
  const texts = { branch: pull.head.ref, title: pull.title, messages };
  const { context, paths, content } = changeFacts(
    change,
    { proof: proofOfHead(state), unpassed: unpassedByHead(state) },
    deps,
    texts,
  );
  const { checks, inWords, awaits, changedAt } = found;
  const facts = factsOf(circumstances, {
    action: 'pr.merge',
    resource: {
      kind: 'pull',
      number: pull.number,
      base: pull.base.ref,
      default: pull.base.ref === circumstances.defaultBranch,
      draft: pull.draft,
    },
    context: { ...context, checks },
    paths,
  });
  return {
    facts,
    content: { ...content, base: pull.base, head: pull.head.sha, question: null },
    forged: pull.forged,
    checks: inWords,
    awaits,
    checksChangedAt: changedAt,
  };
}

const isEmpty = ({ entries, beyond }: Change): boolean => entries.length === 0 && !beyond;

/** What was done was taken back: merging it would be called done, and do nothing. */
const changesNothing = (base: string): Blocked =>
  blockedBy(
    'held',
    `The pull request changes nothing of ${base} any more. Push what it is to change, and the work goes on; \`/agent cancel\` ends it.`,
    null,
  );

/** Asks for a pull request's reviews, and for nothing about people. */
const reviewsOf = (pull: number) => ({
  pull,
  issue: null,
  requesters: [],
  pushers: [],
  answers: [],
  teams: [],
});
