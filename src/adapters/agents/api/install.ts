/** The agent without a CLI comes with Gatehouse. */
import type { OwnAgent } from '../install.ts';
import { createApi } from './api.ts';

export const api: OwnAgent = { cli: null, create: createApi };
