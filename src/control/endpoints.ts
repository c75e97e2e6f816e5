/** Every endpoint of the API, area by area. */
import { showMe } from './access/me.ts';
import { endSession, listSessions } from './access/sessions.ts';
import { endToken, listTokens, makeToken } from './access/tokens.ts';
import type { ApiEndpoint } from './endpoint.ts';
import { listTasks } from './tasks/list.ts';
import { showTask } from './tasks/show.ts';

export const ENDPOINTS: readonly ApiEndpoint[] = [
  listTasks,
  showTask,
  showMe,
  listSessions,
  endSession,
  listTokens,
  makeToken,
  endToken,
];
