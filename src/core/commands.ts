/** The one table of commands: what people may ask for, where, with which role, and what it starts. */
import { z } from 'zod';
import type { Role } from './actor.ts';
import { nearest } from './nearest.ts';

export const CommandName = z.enum([
  'fix',
  'lint',
  'test',
  'approve',
  'deny',
  'revoke',
  'status',
  'cancel',
  'help',
]);
export type CommandName = z.infer<typeof CommandName>;

/** A command as somebody gave it; `text` is what follows its name, already checked. */
export const GivenCommand = z.strictObject({ name: CommandName, text: z.string() });
export type GivenCommand = z.infer<typeof GivenCommand>;

export type CommandPlace = 'issue' | 'pull';

export type CommandSpec = {
  name: CommandName;
  /** As it is typed. */
  usage: string;
  description: string;
  arguments: z.ZodType<string>;
  places: readonly CommandPlace[];
  /** The least role of the person who asks, looked up live. */
  role: Role;
  /** The graph of the task it starts; `null` where it starts none. */
  graph: string | null;
  /** Whether the label `agent:<name>` does the same. */
  label: boolean;
};

const Nothing = z.string().max(0, 'it takes no arguments');

/** One word of a narrow alphabet: nothing in it can mean something to a shell or look like an option. */
const Word = z
  .string()
  .regex(
    /^([A-Za-z0-9][A-Za-z0-9._/-]{0,99})?$/,
    'it takes one word of letters, digits, ".", "_", "/" and "-"',
  );

/** A commit in full, or a capsule as the request shows it: less could mean another one as well. */
const Named = z
  .string()
  .regex(
    /^((sha256:)?[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{12})?$/i,
    'it takes a full commit id, or the 12 characters by which the request names itself',
  );

/** Words for an agent. They are data, never options: what begins like an option is refused. */
const Words = z
  .string()
  .max(2000, 'it takes at most 2,000 characters')
  .refine(text => !text.startsWith('-'), 'it takes words, not options');

export const COMMANDS: Readonly<Record<CommandName, CommandSpec>> = {
  fix: {
    name: 'fix',
    usage: '/agent fix [what]',
    description:
      'Works on this issue and opens a pull request; on a pull request, adds a commit to it.',
    arguments: Words,
    places: ['issue', 'pull'],
    role: 'write',
    graph: 'fix',
    label: true,
  },
  lint: {
    name: 'lint',
    usage: '/agent lint',
    description: "Runs the repository's own lint command and opens a pull request with its fixes.",
    arguments: Nothing,
    places: ['issue'],
    role: 'write',
    graph: 'lint',
    label: true,
  },
  test: {
    name: 'test',
    usage: '/agent test',
    description: "Runs the repository's own tests and says how they went.",
    arguments: Nothing,
    places: ['issue'],
    role: 'write',
    graph: 'test',
    label: true,
  },
  approve: {
    name: 'approve',
    usage: '/agent approve [commit or capsule]',
    description: 'Approves what waits here: exactly that, once.',
    arguments: Named,
    places: ['issue', 'pull'],
    role: 'write',
    graph: null,
    label: false,
  },
  deny: {
    name: 'deny',
    usage: '/agent deny [reason]',
    description: 'Stops what waits here, until you approve it.',
    arguments: Words,
    places: ['issue', 'pull'],
    role: 'write',
    graph: null,
    label: false,
  },
  revoke: {
    name: 'revoke',
    usage: '/agent revoke',
    description: 'Takes back what you approved here.',
    arguments: Nothing,
    places: ['issue', 'pull'],
    role: 'write',
    graph: null,
    label: false,
  },
  status: {
    name: 'status',
    usage: '/agent status',
    description: 'Says what is happening here.',
    arguments: Nothing,
    places: ['issue', 'pull'],
    role: 'read',
    graph: null,
    label: false,
  },
  cancel: {
    name: 'cancel',
    usage: '/agent cancel',
    description: 'Stops the work here; what is running is killed.',
    arguments: Nothing,
    places: ['issue', 'pull'],
    role: 'write',
    graph: null,
    label: true,
  },
  help: {
    name: 'help',
    usage: '/agent help [command]',
    description: 'Lists the commands.',
    arguments: Word,
    places: ['issue', 'pull'],
    role: 'read',
    graph: null,
    label: false,
  },
};

/** The command whose name is nearest to `word`, where it is near enough to have been meant. */
export const nearestCommand = (word: string): CommandName | null =>
  nearest(word, CommandName.options);
