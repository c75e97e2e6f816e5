/** What policy calls a maintainer: who has the role maintain or admin. */
import type { ApprovalFacts } from './facts.ts';

export const isMaintainer = (id: number, roles: ApprovalFacts['roles']): boolean =>
  Object.hasOwn(roles, id) && ['maintain', 'admin'].includes(roles[id] ?? 'none');
