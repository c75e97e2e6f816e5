/** All that an agent is given to read, and what was taken out of it. */
import { ContextRules } from '../../../core/handover/context-rules.ts';
import { createdOf } from '../../../core/task/state/state.ts';
import type { RunContext } from '../run-context.ts';
import { contextFor, instructionsOf } from './context.ts';
import { type Context, type Hidden, hiddenIn } from './prompt.ts';
import { type RepositoryInstructions, readInstructions } from './repository-instructions.ts';
import { lastAnswer } from './resume.ts';
import { countStripped, readSeen, type See } from './strip-hidden.ts';

export type AgentReading = {
  repository: RepositoryInstructions;
  context: Context;
  /** Of the texts of the context that people wrote, and of what they answered. */
  see: See;
  /** What was taken out of the texts of the context. */
  hidden: Hidden[];
};

export async function readingFor(of: RunContext): Promise<AgentReading> {
  const { deps, folded, chosen } = of;
  const rules = chosen.profile?.context ?? ContextRules.parse(undefined);
  const { repository: at, goal } = createdOf(folded.state);
  const instructions = instructionsOf(of);
  const [context, repository] = await Promise.all([
    contextFor({ ...of, rules }),
    readInstructions(deps, at, {
      skills: chosen.profile?.skills ?? [],
      task: [goal.title, goal.body, instructions].join('\n'),
    }),
  ]);
  const answer = lastAnswer(folded.state, of.run);
  const texts = [goal.body, instructions, answer?.reason ?? ''];
  const said = context.conversation?.parts.map(({ text }) => text) ?? [];
  const see = await readSeen([...texts, ...said], deps.github.shown);
  return { repository, context, see, hidden: hiddenIn(context, see) };
}

/** For whoever reads the journal; each in a sentence. */
export function warningsOf({
  repository,
  hidden,
}: Pick<AgentReading, 'repository' | 'hidden'>): string[] {
  const { leftOut } = repository;
  const texts = hidden.map(({ in: place, ...count }) => `${place} (${countStripped(count)})`);
  return [
    ...(hidden.length > 0
      ? [`What people do not see was taken out of ${listed(texts)}: it is not given to the agent.`]
      : []),
    ...(leftOut.length > 0
      ? [
          `Instructions of the repository are not given to the agent, because they are too many, too large or not readable: ${listed(leftOut)}.`,
        ]
      : []),
  ];
}

const MOST_LISTED = 10;

const listed = (all: string[]): string =>
  all.length > MOST_LISTED
    ? `${all.slice(0, MOST_LISTED).join(', ')} and ${all.length - MOST_LISTED} more`
    : all.join(', ');
