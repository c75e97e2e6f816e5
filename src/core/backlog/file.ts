/** A backlog as people write it: `requirements.yaml` in a repository, or a file for `gatehouse submit`. */
import { z } from 'zod';
import { BranchName } from '../branch-name.ts';
import { placeFault, STARTABLE_ALONE, startable } from '../commands/commands.ts';
import { WorkCommand } from '../commands/work-command.ts';
import { didYouMean } from '../nearest.ts';
import { type BacklogPlan, circleIn, MOST } from './plan.ts';

const ItemId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,40}$/, 'is a name in lower case, such as "rename-table"');
const Title = z.string().trim().min(1).max(200);
const AtOnce = z.number().int().min(1).max(MOST.atOnce);
const WrittenLimits = z.record(ItemId, AtOnce).optional();

const WrittenItem = z.strictObject({
  id: ItemId.describe('Its name in the backlog.'),
  title: Title.describe('What is to be done, in one line.'),
  body: z.string().max(MOST.text).optional().describe('All that the agent has to know.'),
  acceptance: z
    .array(z.string().trim().min(1).max(1_000))
    .max(MOST.criteria)
    .optional()
    .describe('What has to hold once it is done, a sentence each.'),
  needs: z
    .array(ItemId)
    .max(MOST.needs)
    .optional()
    .describe('The tasks, or groups of them, that have to be merged before it starts.'),
  group: ItemId.optional().describe('A batch of tasks, which `needs` and `limits` can name.'),
  service: ItemId.optional().describe('What it is for, which `limits` can name.'),
  base: BranchName.optional().describe('The branch that it is for.'),
  command: WorkCommand.optional().describe('How it is worked on. Left out: that of the backlog.'),
  issue: z.number().int().positive().optional().describe('The issue that it is about.'),
});

const Written = z.strictObject({
  repository: z
    .string()
    .regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/, 'is written as owner/name')
    .optional()
    .describe(
      'owner/name. `gatehouse submit` needs it; a file on a default branch is for its own.',
    ),
  tracking: z
    .number()
    .int()
    .positive()
    .optional()
    .describe(
      'The issue that it reports on. Left out: the one on which it is played, or a new one.',
    ),
  title: Title.describe('What the backlog is for, in one line.'),
  concurrency: AtOnce.optional().describe('How many tasks are worked on at the same time.'),
  limits: z
    .strictObject({ groups: WrittenLimits, services: WrittenLimits })
    .optional()
    .describe('How many of them in one group, and for one service.'),
  base: BranchName.optional().describe(
    'The branch that all of it is for, where a task names no other.',
  ),
  service: ItemId.optional().describe('What all of it is for, where a task names no other.'),
  command: WorkCommand.optional().describe('How tasks are worked on. Left out: fix.'),
  tasks: z.array(WrittenItem).min(1).max(MOST.items),
});

const DEFAULT_AT_ONCE = 4;
const DEFAULT_COMMAND = 'fix';

/** As it is written, with every fault where it stands. */
export const BacklogFile = Written.superRefine((file, context) => {
  const fault = (path: (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', path, message });
  const { tasks, limits } = file;
  const ids = tasks.map(({ id }) => id);
  const groups = new Set(tasks.flatMap(({ group }) => group ?? []));
  const services = new Set([file.service, ...tasks.map(({ service }) => service)]);
  const known = [...ids, ...groups];
  for (const [at, { id, needs = [], group, issue }] of tasks.entries()) {
    if (ids.indexOf(id) < at) fault(['tasks', at, 'id'], `"${id}" stands twice`);
    if (groups.has(id)) fault(['tasks', at, 'id'], `"${id}" is the name of a group as well`);
    if (issue !== undefined && tasks.findIndex(other => other.issue === issue) < at)
      fault(['tasks', at, 'issue'], `another task is about #${issue} as well`);
    for (const [of, need] of needs.entries())
      if (!known.includes(need))
        fault(
          ['tasks', at, 'needs', of],
          `"${id}" needs "${need}", which is no task and no group here${didYouMean(need, known)}`,
        );
      else if (need === group)
        fault(['tasks', at, 'needs', of], `"${id}" needs its own group "${need}"`);
  }
  for (const { path, message } of commandFaults(file)) fault(path, message);
  for (const name of Object.keys(limits?.groups ?? {}))
    if (!groups.has(name)) fault(['limits', 'groups', name], `no task is in the group "${name}"`);
  for (const name of Object.keys(limits?.services ?? {}))
    if (!services.has(name))
      fault(['limits', 'services', name], `no task is for the service "${name}"`);
  if (context.issues.length > 0) return;
  const circle = circleIn(planOf(file).items);
  if (!circle) return;
  const at = ids.indexOf(circle[0] ?? '');
  fault(['tasks', at, 'needs'], `tasks need each other in a circle: ${circle.join(' → ')}`);
});
export type BacklogFile = z.infer<typeof Written>;

/** Commands by which a task could never start: a backlog's tasks are about an issue, or about none. */
function commandFaults(file: BacklogFile): { path: (string | number)[]; message: string }[] {
  const faultOf = (command: string, issue: number | undefined) => {
    const name = startable(command)?.name;
    return name ? placeFault(name, issue === undefined ? null : 'issue') : null;
  };
  const ways = `a task is worked on by one of ${STARTABLE_ALONE.join(', ')}, or by triage where it names an issue`;
  const { command: all } = file;
  const inherits = file.tasks.filter(({ command }) => command === undefined);
  const inherited = all === undefined ? undefined : inherits.find(one => faultOf(all, one.issue));
  return [
    ...(all === undefined || inherited === undefined
      ? []
      : [
          {
            path: ['command'],
            message: `"${inherited.id}" could not start by it: ${all} ${faultOf(all, inherited.issue)}; ${ways}`,
          },
        ]),
    ...file.tasks.flatMap(({ command, issue }, at) => {
      const fault = command === undefined ? null : faultOf(command, issue);
      return fault === null
        ? []
        : [{ path: ['tasks', at, 'command'], message: `${command} ${fault}; ${ways}` }];
    }),
  ];
}

/** With what is left out, and each group as the tasks in it. */
export function planOf(file: BacklogFile): BacklogPlan {
  const { tasks, limits } = file;
  const named = (need: string) => {
    const inGroup = tasks.filter(({ group }) => group === need).map(({ id }) => id);
    return inGroup.length > 0 ? inGroup : [need];
  };
  return {
    title: file.title,
    atOnce: file.concurrency ?? DEFAULT_AT_ONCE,
    limits: { groups: limits?.groups ?? {}, services: limits?.services ?? {} },
    items: tasks.map(task => ({
      id: task.id,
      title: task.title,
      body: task.body ?? '',
      acceptance: task.acceptance ?? [],
      needs: [...new Set((task.needs ?? []).flatMap(named))],
      group: task.group ?? null,
      service: task.service ?? file.service ?? null,
      base: task.base ?? file.base ?? null,
      command: task.command ?? file.command ?? DEFAULT_COMMAND,
      issue: task.issue ?? null,
      isDone: false,
    })),
  };
}

/** Issues as a backlog, such as those below another one. */
export function planOfIssues(
  title: string,
  issues: readonly { number: number; title: string; isOpen: boolean; blockedBy: number[] }[],
): BacklogPlan {
  return {
    title,
    atOnce: DEFAULT_AT_ONCE,
    limits: { groups: {}, services: {} },
    items: issues.map(issue => ({
      id: `${issue.number}`,
      title: issue.title,
      body: '',
      acceptance: [],
      needs: issue.blockedBy.map(String),
      group: null,
      service: null,
      base: null,
      command: DEFAULT_COMMAND,
      issue: issue.number,
      isDone: !issue.isOpen,
    })),
  };
}
