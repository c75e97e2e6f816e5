/** What a row in the table of commands says of a command. */
import type { z } from 'zod';
import type { Role } from '../actor.ts';
import type { CommandWork } from './command-work.ts';

export type CommandPlace = 'issue' | 'pull';

/** As people are told. */
export const PLACES: Record<CommandPlace, string> = { issue: 'issues', pull: 'pull requests' };

export type CommandSpec = {
  /** As it is typed. */
  usage: string;
  description: string;
  arguments: z.ZodType<string>;
  /** Whether all that follows the command is its text, or only the rest of its line. */
  takesAll: boolean;
  /** Whether `--base BRANCH` says which branch the work is for; on issues only. */
  takesBase: boolean;
  places: readonly CommandPlace[];
  /** The least role of the person who asks, looked up live. */
  role: Role;
  does: CommandWork;
  /** Whether the label `agent:<name>` does the same. */
  label: boolean;
};
