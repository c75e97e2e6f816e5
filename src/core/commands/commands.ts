/** The one table of commands: what people may ask for, where, with which role, and what it starts. */

import { z } from 'zod';
import type { GraphName } from '../graph/graphs.ts';
import { keysOf } from '../keys-of.ts';
import {
  BacklogPlace,
  CommitOrCapsule,
  ItemWord,
  Nothing,
  Word,
  Words,
} from './command-arguments.ts';
import { type CommandPlace, type CommandSpec, PLACES } from './command-spec.ts';

const TABLE = {
  fix: {
    usage: '/agent fix [--base BRANCH] [what]',
    description: 'Works on this issue and opens a pull request; on a pull request, works on that.',
    arguments: Words,
    takesAll: true,
    takesBase: true,
    places: ['issue', 'pull'],
    role: 'write',
    does: { kind: 'task', graph: 'fix' },
    label: true,
  },
  lint: {
    usage: '/agent lint [--base BRANCH]',
    description:
      "Runs the repository's own lint command and publishes its fixes: on an issue as a pull request.",
    arguments: Nothing,
    takesAll: false,
    takesBase: true,
    places: ['issue', 'pull'],
    role: 'write',
    does: { kind: 'task', graph: 'lint' },
    label: true,
  },
  test: {
    usage: '/agent test [--base BRANCH]',
    description: "Runs the repository's own tests and says how they went.",
    arguments: Nothing,
    takesAll: false,
    takesBase: true,
    places: ['issue', 'pull'],
    role: 'write',
    does: { kind: 'task', graph: 'test' },
    label: true,
  },
  plan: {
    usage: '/agent plan [--base BRANCH] [what]',
    description:
      'Plans what is asked for, asks for what is missing, and waits until a person accepts the plan. Changes nothing.',
    arguments: Words,
    takesAll: true,
    takesBase: true,
    places: ['issue', 'pull'],
    role: 'write',
    does: { kind: 'task', graph: 'plan' },
    label: true,
  },
  implement: {
    usage: '/agent implement [--base BRANCH] [what]',
    description:
      'Plans it, or goes on from the plan that was accepted here, works it and opens a pull request.',
    arguments: Words,
    takesAll: true,
    takesBase: true,
    places: ['issue', 'pull'],
    role: 'write',
    does: { kind: 'task', graph: 'implement' },
    label: true,
  },
  review: {
    usage: '/agent review [what to look at]',
    description: 'Reviews this pull request, also from a fork: its findings stand on the lines.',
    arguments: Words,
    takesAll: true,
    takesBase: false,
    places: ['pull'],
    role: 'write',
    does: { kind: 'task', graph: 'review' },
    label: true,
  },
  explain: {
    usage: '/agent explain [what]',
    description: 'Answers a question about the code here. Changes nothing.',
    arguments: Words,
    takesAll: true,
    takesBase: false,
    places: ['issue', 'pull'],
    role: 'write',
    does: { kind: 'task', graph: 'explain' },
    label: true,
  },
  triage: {
    usage: '/agent triage [what to look at]',
    description:
      'Reads this issue, labels it, asks for what is missing and proposes a plan. Changes nothing in the repository.',
    arguments: Words,
    takesAll: true,
    takesBase: false,
    places: ['issue'],
    role: 'write',
    does: { kind: 'task', graph: 'triage' },
    label: true,
  },
  approve: {
    usage: '/agent approve [commit or capsule]',
    description: 'Approves what waits here: exactly that, once.',
    arguments: CommitOrCapsule,
    takesAll: false,
    takesBase: false,
    places: ['issue', 'pull'],
    role: 'write',
    does: { kind: 'answer', says: 'approve' },
    label: false,
  },
  deny: {
    usage: '/agent deny [capsule] [reason]',
    description: 'Stops what waits here, until you approve it.',
    arguments: Words,
    takesAll: true,
    takesBase: false,
    places: ['issue', 'pull'],
    role: 'write',
    does: { kind: 'answer', says: 'deny' },
    label: false,
  },
  revoke: {
    usage: '/agent revoke',
    description: 'Takes back what you approved here.',
    arguments: Nothing,
    takesAll: false,
    takesBase: false,
    places: ['issue', 'pull'],
    role: 'write',
    does: { kind: 'answer', says: 'revoke' },
    label: false,
  },
  examine: {
    usage: '/agent examine',
    description: 'Shows what the policy that this pull request changes would do, also from a fork.',
    arguments: Nothing,
    takesAll: false,
    takesBase: false,
    places: ['pull'],
    role: 'write',
    does: { kind: 'examine' },
    label: true,
  },
  status: {
    usage: '/agent status',
    description: 'Says what is happening here.',
    arguments: Nothing,
    takesAll: false,
    takesBase: false,
    places: ['issue', 'pull'],
    role: 'read',
    does: { kind: 'status' },
    label: true,
  },
  cancel: {
    usage: '/agent cancel [item]',
    description: 'Stops the work here, or one item of a backlog; what is running is killed.',
    arguments: ItemWord,
    takesAll: false,
    takesBase: false,
    places: ['issue', 'pull'],
    role: 'write',
    does: { kind: 'cancel' },
    label: true,
  },
  pause: {
    usage: '/agent pause',
    description:
      'Lets what is running end, and nothing else begin: no step, no merge, no deployment, until `/agent resume`.',
    arguments: Nothing,
    takesAll: false,
    takesBase: false,
    places: ['issue', 'pull'],
    role: 'write',
    does: { kind: 'pause' },
    label: true,
  },
  resume: {
    usage: '/agent resume',
    description: 'Goes on with what is paused.',
    arguments: Nothing,
    takesAll: false,
    takesBase: false,
    places: ['issue', 'pull'],
    role: 'write',
    does: { kind: 'resume' },
    label: true,
  },
  unlock: {
    usage: '/agent unlock',
    description: 'Frees the branch of the work here from a process that is stuck.',
    arguments: Nothing,
    takesAll: false,
    takesBase: false,
    places: ['issue', 'pull'],
    role: 'maintain',
    does: { kind: 'unlock' },
    label: false,
  },
  play: {
    usage: '/agent play [file or milestone TITLE]',
    description: 'Works a backlog until all is merged: sub-issues, a milestone or a file.',
    arguments: BacklogPlace,
    takesAll: false,
    takesBase: false,
    places: ['issue'],
    role: 'write',
    does: { kind: 'play' },
    label: true,
  },
  retry: {
    usage: '/agent retry [what]',
    description: 'Tries again what failed, with what you say to it.',
    arguments: Words,
    takesAll: true,
    takesBase: false,
    places: ['issue', 'pull'],
    role: 'write',
    does: { kind: 'retry' },
    label: true,
  },
  override: {
    usage: '/agent override [why]',
    description:
      "Publishes the work as it is, though an agent's review blocks it: a person approves its merge.",
    arguments: Words,
    takesAll: true,
    takesBase: false,
    places: ['issue', 'pull'],
    role: 'write',
    does: { kind: 'override' },
    label: false,
  },
  help: {
    usage: '/agent help [command]',
    description: 'Lists what you may ask for here, and why not the rest.',
    arguments: Word,
    takesAll: false,
    takesBase: false,
    places: ['issue', 'pull'],
    role: 'read',
    does: { kind: 'help' },
    label: true,
  },
} satisfies Readonly<Record<string, CommandSpec>>;

export type CommandName = keyof typeof TABLE;
export const COMMANDS: Readonly<Record<CommandName, CommandSpec>> = TABLE;
const NAMES = keysOf(TABLE);
export const CommandName = z.enum(NAMES);

/** What stops something is never kept from whoever may stop it, nor held up by what stands beside it. */
export const STOPS: ReadonlySet<CommandName> = new Set(['deny', 'revoke', 'cancel', 'pause']);

/** A command as somebody gave it. */
export type GivenCommand = {
  name: CommandName;
  /** What follows its name and its option, already checked. */
  text: string;
  /** The branch that `--base` names. */
  base?: string;
};

/** A command that starts work, with the graph that it starts; `null`: it is none. */
export function startable(word: string): { name: CommandName; graph: GraphName } | null {
  const { data: name } = CommandName.safeParse(word);
  if (name === undefined) return null;
  const { does } = COMMANDS[name];
  return does.kind === 'task' ? { name, graph: does.graph } : null;
}

/** Their names: what automation may ask for, which never answers what waits for approval. */
export const STARTABLE: readonly CommandName[] = NAMES.filter(name => startable(name) !== null);

/** Why the command can't be about what is there (`null`: nothing on GitHub), as the end of a sentence; null: it can. */
export function placeFault(name: CommandName, place: CommandPlace | null): string | null {
  const [only, ...more] = COMMANDS[name].places;
  if (only === undefined || more.length > 0 || place === only) return null;
  return `works on ${PLACES[only]} only`;
}

/** Those that need nothing on GitHub to be about. */
export const STARTABLE_ALONE: readonly CommandName[] = STARTABLE.filter(
  name => placeFault(name, null) === null,
);
