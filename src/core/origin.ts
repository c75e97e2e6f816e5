/** Where a task comes from, and who answers for it. */
import { z } from 'zod';
import { Person } from './actor.ts';
import { FailedCheck } from './failed-check.ts';

const Name = z.string().min(1).max(300);

export const Origin = z.discriminatedUnion('kind', [
  /** A command or a label on an issue. */
  z.strictObject({ kind: z.literal('issue') }),
  /** A command or a label on somebody's pull request. */
  z.strictObject({ kind: z.literal('pull') }),
  /** Somebody opened an issue, and the default branch has such issues triaged. */
  z.strictObject({ kind: z.literal('opened') }),
  /** A check that failed on somebody's pull request. */
  z.strictObject({ kind: z.literal('check'), check: FailedCheck }),
  /** Another system called, or somebody at a shell. `key`: who calls, and which call of theirs it is. */
  z.strictObject({ kind: z.literal('call'), key: Name }),
  /** A person who is signed in asked for it, in the console or by the API. `key`: who, and which call of theirs. */
  z.strictObject({ kind: z.literal('console'), key: Name }),
  /** `tracking`: the issue on which the backlog reports. */
  z.strictObject({
    kind: z.literal('backlog'),
    backlog: Name,
    item: Name,
    tracking: z.number().int().nullable(),
  }),
  /** A schedule in the repository's configuration, by its name. */
  z.strictObject({ kind: z.literal('schedule'), name: Name }),
  /** A hook of another task, by its name. */
  z.strictObject({ kind: z.literal('hook'), task: Name, hook: Name }),
  /** A `repository_dispatch` event. `key`: which one it is, in its repository. */
  z.strictObject({ kind: z.literal('dispatch'), key: Name }),
  /** A workflow's run that is to deploy, to an environment that asks us first. */
  z.strictObject({
    kind: z.literal('deployment'),
    workflowRun: z.number().int(),
    environment: Name,
    commit: z.string(),
  }),
]);
export type Origin = z.infer<typeof Origin>;

/** Who answers for a task. Only a person is ever counted, or excluded, where approvals are judged. */
export const Requester = z.discriminatedUnion('kind', [
  Person.extend({ kind: z.literal('person') }),
  /** A machine token, by its id, and the project that it was issued for. */
  z.strictObject({ kind: z.literal('token'), id: Name, project: Name }),
  /** What stands on the repository's default branch, where whoever can change that answers for it. */
  z.strictObject({ kind: z.literal('repository') }),
]);
export type Requester = z.infer<typeof Requester>;

/** What sets work off: a person, or what a task comes from besides; a failing check or a conflict with the base also later. */
export const Starter = z.enum([
  'person',
  'ci',
  'conflict',
  'call',
  'backlog',
  'schedule',
  'hook',
  'dispatch',
  'opened',
  'deployment',
]);
export type Starter = z.infer<typeof Starter>;

export function starterOf({ kind }: Origin): Starter {
  switch (kind) {
    case 'issue':
    case 'pull':
    case 'console':
      return 'person';
    case 'check':
      return 'ci';
    default:
      return kind;
  }
}

export const byPerson = ({ id, login }: Person): Requester => ({ kind: 'person', id, login });

/** `null`: no person asked for it. */
export const personWhoAsked = (requester: Requester): Person | null =>
  requester.kind === 'person' ? { id: requester.id, login: requester.login } : null;

/** As lists and logs name who asked. */
export function requesterName(requester: Requester): string {
  switch (requester.kind) {
    case 'person':
      return requester.login;
    case 'token':
      return `the token ${requester.id} of ${requester.project}`;
    case 'repository':
      return "the repository's configuration";
  }
}

/**
 * What at most one open task of a repository comes from. Whatever is about an issue or a pull request is
 * one with it, wherever it was asked for.
 */
export function originKey({ origin, issue }: { origin: Origin; issue: number | null }): string {
  if (issue !== null) return `#${issue}`;
  switch (origin.kind) {
    case 'backlog':
      return `backlog:${origin.backlog}/${origin.item}`;
    case 'schedule':
      return `schedule:${origin.name}`;
    case 'hook':
      return `hook:${origin.task}/${origin.hook}`;
    case 'deployment':
      return `deployment:${origin.workflowRun}/${origin.environment}`;
    case 'call':
    case 'console':
    case 'dispatch':
      return `${origin.kind}:${origin.key}`;
    default:
      throw new Error(`a task from ${origin.kind} is about an issue or a pull request`);
  }
}
