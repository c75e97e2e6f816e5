/** Every endpoint of the API, area by area. */
import type { ApiEndpoint } from './endpoint.ts';
import { listTasks } from './tasks/list.ts';
import { showTask } from './tasks/show.ts';

export const ENDPOINTS: readonly ApiEndpoint[] = [listTasks, showTask];
