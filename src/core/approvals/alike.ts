/**
 * Requests that one person may answer together: the same is asked for the same reason, of the same people.
 * What an agent asks in the middle of its run is alike only where it asks for the very same.
 */
import type { Approval } from '../task/state/state.ts';
import { whoApproves } from './who-approves.ts';

type Asked = Pick<Approval, 'gate' | 'action' | 'resource' | 'approvers' | 'quorum'> & {
  /** The first reason why people are asked. */
  reason: string;
};

/** The same text for requests that are alike, and only for these. */
export const alikeText = (asked: Asked): string =>
  JSON.stringify([
    asked.gate,
    asked.action,
    asked.gate === 'act' ? asked.resource : null,
    asked.reason,
    whoApproves(asked),
  ]);
