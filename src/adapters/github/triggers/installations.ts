/** Where we are installed, and on what. */
import { z } from 'zod';
import type { Trigger } from '../../../core/trigger.ts';
import { id, translationOfOwnToo } from './payload.ts';

const short = z.looseObject({ id, full_name: z.string() });
const Installation = z.looseObject({
  action: z.string(),
  installation: z.looseObject({ id, account: z.looseObject({ login: z.string() }) }),
  repositories: z.array(short).nullish(),
  repositories_added: z.array(short).nullish(),
  repositories_removed: z.array(short).nullish(),
});

type Named = { id: number; name: string };
export type InstallationChanged = Trigger & {
  kind: 'installation';
  action: string;
  installation: number;
  account: string;
  added: Named[];
  removed: Named[];
};

export const installation = translationOfOwnToo(Installation, (payload): InstallationChanged => {
  const { action, installation, repositories, repositories_added, repositories_removed } = payload;
  const whole = repositories ?? [];
  return {
    kind: 'installation',
    key: null,
    action,
    installation: installation.id,
    account: installation.account.login,
    added: names(action === 'created' ? whole : (repositories_added ?? [])),
    removed: names(action === 'deleted' ? whole : (repositories_removed ?? [])),
  };
});

const names = (repositories: z.output<typeof short>[]): Named[] =>
  repositories.map(({ id, full_name }) => ({ id, name: full_name }));
