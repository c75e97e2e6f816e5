/** What a task was asked and what it began with, as `job.json` and `context.json` of its folder say it. */
import { z } from 'zod';
import { Repository } from '../../actor.ts';
import { Digest } from '../../decision.ts';
import { Toolchain } from '../../ecosystem.ts';
import { StepSpec } from '../../graph/graph.ts';
import { Origin, Requester } from '../../origin.ts';
import { Taint } from '../../taint.ts';
import { Sha } from '../events/work.ts';
import { createdOf, type TaskState } from '../state/state.ts';

export const JobDocument = z.strictObject({
  v: z.literal(2),
  task: z.string(),
  createdAt: z.iso.datetime(),
  repository: Repository,
  issue: z.number().int().nullable(),
  /** The pull request that it works on; null of an issue's task. */
  worksOn: z.number().int().nullable(),
  command: z.string(),
  /** What the person added after the command. */
  instructions: z.string(),
  goal: z.strictObject({ title: z.string(), body: z.string() }),
  mode: z.enum(['live', 'dry_run']),
  origin: Origin,
  requester: Requester,
  base: z.strictObject({ ref: z.string(), sha: Sha, because: z.string() }),
  /** The branch that its commits are pushed to. */
  branch: z.string(),
  steps: z.array(StepSpec),
  /** The repository's own commands, by name. */
  commands: z.record(z.string(), z.array(z.string())),
});
type JobDocument = z.infer<typeof JobDocument>;

export function jobDocument(task: string, state: TaskState): JobDocument {
  const created = createdOf(state);
  const { repository, issue, worksOn, command, instructions, goal, mode, origin, requester } =
    created;
  return {
    v: 2,
    task,
    createdAt: state.createdAt,
    repository,
    issue,
    worksOn: worksOn?.pull ?? null,
    command,
    instructions,
    goal,
    mode,
    origin,
    requester,
    base: created.base,
    branch: created.branch,
    steps: created.graph.steps,
    commands: Object.fromEntries(
      Object.entries(created.config.commands).flatMap(([name, argv]) =>
        argv ? [[name, argv]] : [],
      ),
    ),
  };
}

export const ContextDocument = z.strictObject({
  v: z.literal(1),
  task: z.string(),
  /** How its files say that the repository is installed and tested. */
  toolchain: Toolchain,
  /** Who without write access had a part in what the agents read. */
  taint: z.array(Taint),
  /** What was asked for in the rounds after the first. */
  reworks: z.array(
    z.strictObject({ round: z.number().int(), origin: z.string(), instructions: z.string() }),
  ),
  /** What each agent was given to read, as a file of the folder. */
  given: z.array(z.strictObject({ run: z.string(), path: z.string(), digest: Digest })),
});
type ContextDocument = z.infer<typeof ContextDocument>;

export const contextDocument = (
  task: string,
  state: TaskState,
  given: ContextDocument['given'],
): ContextDocument => ({
  v: 1,
  task,
  toolchain: createdOf(state).toolchain,
  taint: state.taint,
  reworks: state.reworks.map(({ origin, instructions }, index) => ({
    round: index + 2,
    origin,
    instructions,
  })),
  given,
});
