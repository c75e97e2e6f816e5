/** `gatehouse schedules`: what repositories have done at certain times, when that is next, and what came of it. */
import { plain } from '../core/text/plain-text.ts';
import { type Output, print, table } from './output.ts';
import type { Services } from './services.ts';

export async function listSchedules(
  services: Services,
  output: Output,
  options: { json: boolean },
): Promise<void> {
  const opened = await services.openLog();
  try {
    const schedules = await opened.schedules.list();
    const head = ['REPOSITORY', 'SCHEDULE', 'CRON', 'COMMAND', 'NEXT', 'LAST', 'WHAT CAME OF IT'];
    const cells = schedules.map(({ repository, name, schedule, nextAt, lastAt, note }) => [
      plain(`${repository.owner}/${repository.name}`, 60),
      name,
      plain(`${schedule.cron} ${schedule.timezone}`, 60),
      schedule.command,
      minuteOf(nextAt),
      lastAt === null ? '' : minuteOf(lastAt),
      plain(note ?? '', 120),
    ]);
    const lines = schedules.length > 0 ? table([head, ...cells]) : ['There are no schedules.'];
    print(output, options.json, { schedules }, lines);
  } finally {
    await opened.close();
  }
}

const minuteOf = (date: Date): string => `${date.toISOString().slice(0, 16).replace('T', ' ')}Z`;
