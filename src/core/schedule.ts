/** What a repository has done on a schedule, and when that is next. */
import { Cron } from 'croner';
import { z } from 'zod';
import { BranchName } from './branch-name.ts';
import { chosenName } from './chosen-name.ts';
import { WorkCommand } from './work-command.ts';

const NICKNAMES = ['@hourly', '@daily', '@weekly', '@monthly', '@yearly'];
/** Minute, hour, day, month, day of the week. */
const FIELDS = /^(?:[A-Za-z0-9*,/#-]{1,100} +){4}[A-Za-z0-9*,/#-]{1,100}$/;
const isWritten = (cron: string): boolean => NICKNAMES.includes(cron) || FIELDS.test(cron);

export const Schedule = z
  .strictObject({
    cron: z
      .string()
      .max(200)
      .refine(
        isWritten,
        `must have five fields (minute, hour, day, month, day of the week), or be one of ${NICKNAMES.join(', ')}`,
      )
      .describe('When: minute, hour, day, month, day of the week.'),
    timezone: z
      .string()
      .max(60)
      .regex(/^[A-Za-z][\w+/-]*$/, 'must be the name of a time zone, such as Europe/Berlin')
      .default('UTC')
      .describe('The time zone that it is meant in, such as Europe/Berlin.'),
    command: WorkCommand.describe('The command that is given.'),
    title: z.string().min(1).max(300).optional().describe('What is to be done, in a line.'),
    text: z.string().max(10_000).default('').describe('What the agent should know besides.'),
    base: BranchName.optional().describe('The branch that the work is for.'),
  })
  .superRefine((schedule, context) => {
    // What is not written as a time has been told already.
    const problem = isWritten(schedule.cron) ? faultOf(schedule) : null;
    if (problem !== null) context.addIssue({ code: 'custom', message: problem, path: ['cron'] });
  });
export type Schedule = z.infer<typeof Schedule>;

const MOST = 20;

export const Schedules = z
  .record(chosenName(41, '-'), Schedule)
  .refine(all => Object.keys(all).length <= MOST, `has more than ${MOST} schedules`);
export type Schedules = z.infer<typeof Schedules>;

type When = Pick<Schedule, 'cron' | 'timezone'>;

/** The first time after `from`; `null`: there is none. Throws where pattern or time zone are none. */
export function nextTime({ cron, timezone }: When, from: Date): Date | null {
  // Without a function to call it starts no timer: it only reads the pattern.
  return new Cron(cron, { timezone, mode: '5-part' }).nextRun(from);
}

/** Whether a time ever comes does not depend on from when it is looked for. */
const ANY_TIME = new Date('2024-01-01T00:00:00Z');

function faultOf(when: When): string | null {
  try {
    return nextTime(when, ANY_TIME) === null ? 'names a day that never comes' : null;
  } catch (error) {
    const said = error instanceof Error ? error.message : '';
    return /timezone/i.test(said)
      ? `the time zone ${when.timezone} is unknown`
      : `is no time: ${said.replace(/^CronPattern: /, '').slice(0, 200)}`;
  }
}
