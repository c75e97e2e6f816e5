/** What a repository has done on a schedule, and when that is next. */
import { Cron } from 'croner';
import { z } from 'zod';
import { BranchName } from '../branch-name.ts';
import { chosenName } from '../chosen-name.ts';
import { WorkCommand } from '../commands/work-command.ts';
import { didYouMean } from '../nearest.ts';

const NICKNAMES = ['@hourly', '@daily', '@weekly', '@monthly', '@yearly'];
/** Minute, hour, day, month, day of the week. */
const FIELDS = /^(?:[A-Za-z0-9*,/#-]{1,100} +){4}[A-Za-z0-9*,/#-]{1,100}$/;
const isWritten = (cron: string): boolean => NICKNAMES.includes(cron) || FIELDS.test(cron);

function unwritten(cron: unknown): string {
  const fields = typeof cron === 'string' ? cron.split(' ').filter(part => part !== '').length : 0;
  const five = 'must have five fields (minute, hour, day, month, day of the week)';
  if (fields === 6) return `${five}, and has 6: seconds are none of them`;
  return `${five}, or be one of ${NICKNAMES.join(', ')}`;
}

export const Schedule = z
  .strictObject({
    cron: z
      .string()
      .max(200)
      .trim()
      .refine(isWritten, { error: ({ input }) => unwritten(input) })
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
    const { cron, timezone } = schedule;
    const problem = zoneFault(timezone);
    if (problem !== null)
      context.addIssue({ code: 'custom', message: problem, path: ['timezone'] });
    // What is not written as a time has been told already.
    const fault = isWritten(cron) && problem === null ? faultOf(schedule) : null;
    if (fault !== null) context.addIssue({ code: 'custom', message: fault, path: ['cron'] });
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

function zoneFault(timezone: string): string | null {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return null;
  } catch {
    const meant = didYouMean(timezone, Intl.supportedValuesOf('timeZone'));
    return `is no time zone that is known${meant || ': write one by its place, such as Europe/Berlin, or UTC'}`;
  }
}

function faultOf(when: When): string | null {
  const named = nameFault(when.cron);
  if (named !== null) return named;
  try {
    return nextTime(when, ANY_TIME) === null ? 'names a day that never comes' : null;
  } catch (error) {
    return inWords(error instanceof Error ? error.message : '');
  }
}

const NAMES = [
  ...['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
  ...['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
];

/** A name in full, or in another language. */
function nameFault(cron: string): string | null {
  const [, , , month = '', day = ''] = cron.split(/ +/);
  const word = [...`${month} ${day}`.matchAll(/[A-Za-z]{2,}/g)]
    .map(([found]) => found)
    .find(found => !NAMES.includes(found.toUpperCase()));
  if (word === undefined) return null;
  const short = word.slice(0, 3).toUpperCase();
  const meant = NAMES.includes(short) ? `write ${short}` : 'names are such as MON and JAN';
  return `has no day or month called ${word}: ${meant}`;
}

const FIELD_WORDS: Readonly<Record<string, string>> = {
  minute: 'the minute, which goes from 0 to 59',
  hour: 'the hour, which goes from 0 to 23',
  day: 'the day, which goes from 1 to 31',
  month: 'the month, which goes from 1 to 12',
  dayOfWeek: 'the day of the week, which goes from 0 (Sunday) to 6',
};

/** What the library says, for people who write a time now and then. */
function inWords(said: string): string {
  const [, field = '', value] = /Invalid value for (\w{1,20}): (\S{1,20})/.exec(said) ?? [];
  const bounds = FIELD_WORDS[field];
  if (bounds !== undefined) return `is no time: it has ${value} for ${bounds}`;
  const [, range] = /larger than to value: '([^']{1,40})'/.exec(said) ?? [];
  if (range !== undefined)
    return `is no time: the range ${range} ends before it begins; write two, with a comma between`;
  const [, place, entry] = /configuration entry (\d) \((\S{1,40})\)/.exec(said) ?? [];
  const name = Object.keys(FIELD_WORDS)[Number(place) - 1];
  if (name !== undefined && entry !== undefined)
    return `is no time: it has ${entry} for ${FIELD_WORDS[name]}`;
  return `is no time: ${said.replace(/^CronPattern: /, '').slice(0, 200)}`;
}
