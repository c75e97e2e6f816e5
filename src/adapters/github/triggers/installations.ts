/** Where we are installed, and on what. */
import type { z } from 'zod';
import type { Trigger } from '../../../core/trigger.ts';
import type { Installation } from './payloads.ts';

type Short = { id: number; full_name: string };

export function translateInstallation(payload: z.output<typeof Installation>): Trigger {
  const { action, installation, repositories, repositories_added, repositories_removed } = payload;
  const whole = repositories ?? [];
  return {
    kind: 'installation',
    action,
    installation: installation.id,
    account: installation.account.login,
    added: names(action === 'created' ? whole : (repositories_added ?? [])),
    removed: names(action === 'deleted' ? whole : (repositories_removed ?? [])),
  };
}

const names = (repositories: Short[]): { id: number; name: string }[] =>
  repositories.map(({ id, full_name }) => ({ id, name: full_name }));
