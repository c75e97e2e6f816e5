/** `gatehouse agents record`: how often the work of each agent stood, and the level of trust that it has earned. */
import { InvalidArgumentError } from 'commander';
import { plain } from '../../core/text/plain-text.ts';
import { type AgentRecord, recordsOf } from '../../engine/routing/records.ts';
import { type Output, print, table } from '../output.ts';
import type { Services } from '../services.ts';

const DAY_MS = 86_400_000;
const MOST_RECORDS = 500;

export type RecordOptions = { json: boolean; days: number; byRepository: boolean };

export async function agentRecord(
  services: Pick<Services, 'openLog' | 'roles'>,
  output: Output,
  { json, days, byRepository }: RecordOptions,
): Promise<void> {
  const profiles = new Map((await services.roles()).map(role => [role.name, role]));
  const { runRecords, now, close } = await services.openLog();
  try {
    const since = new Date((await now()).getTime() - days * DAY_MS);
    const query = { repositories: null, since, byRepository };
    const records = await recordsOf({ runRecords, profiles }, query, MOST_RECORDS);
    print(output, json, { records }, records.length > 0 ? inWords(records) : [NONE]);
  } finally {
    await close();
  }
}

const NONE = 'No run of an agent ended in these days.';

const inWords = (records: AgentRecord[]): string[] => [
  ...table([
    ['ROLE', 'AGENT', 'REPOSITORY', 'STOOD', 'DENIED', 'TRUST', 'WHY'],
    ...records.map(({ role, adapter, model, repository, runs, succeeded, denied, trust }) => [
      plain(role, 40),
      plain([adapter, model].filter(Boolean).join(', '), 60),
      plain(repository?.name ?? 'all', 60),
      `${succeeded} of ${runs}`,
      String(denied),
      trust === null ? '' : trust.from === trust.to ? trust.to : `${trust.from} → ${trust.to}`,
      trust?.because ?? '',
    ]),
  ]),
  ...(records.some(({ trust }) => trust && trust.from !== trust.to) ? ['', APPLY] : []),
];

const APPLY =
  'Nothing is changed by this: `trust:` stands in the file of the role, agents/ROLE.md of the deployment.';

export function daysGiven(text: string): number {
  const days = Number(text);
  if (!/^\d{1,3}$/.test(text) || days < 1 || days > 400)
    throw new InvalidArgumentError('It is a whole number from 1 to 400.');
  return days;
}
