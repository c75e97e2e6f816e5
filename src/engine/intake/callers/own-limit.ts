/** How often one person is followed within an hour, on GitHub and in the console together. */
import type { Person, Repository } from '../../../core/actor.ts';
import type { Intake, Settings } from '../../dependencies.ts';
import type { Window } from '../../ports/quotas.ts';

const HOUR_MS = 3_600_000;

export const inHour = (limit: number): Window[] => [{ spanMs: HOUR_MS, limit }];

export const ownLimit = ({ installation }: Repository, { id }: Person): string =>
  `calls:${installation}:${id}`;

/** Takes one of the person's; whether there was none left. */
export const isOverLimit = async (
  { quotas, settings }: Pick<Intake, 'quotas'> & { settings: Pick<Settings, 'calls'> },
  repository: Repository,
  by: Person,
): Promise<boolean> =>
  (await quotas.take(ownLimit(repository, by), inHour(settings.calls.perPerson))) > 0;
