/** Why an act was not done, as a problem: the same codes for one act and for one of many. */
import type { ActRefusal } from '../../engine/acts/act.ts';
import type { HttpProblem } from '../problem.ts';

const PROBLEMS: Readonly<
  Record<ActRefusal['why'], Pick<HttpProblem, 'status' | 'title' | 'code' | 'next'>>
> = {
  absent: { status: 404, title: 'Not Found', code: 'not_found', next: '' },
  forbidden: {
    status: 403,
    title: 'Forbidden',
    code: 'forbidden',
    next: 'Ask somebody who may, or whoever administers the repository on GitHub.',
  },
  too_many: {
    status: 429,
    title: 'Too Many Requests',
    code: 'too_many_calls',
    next: 'Try again later. What stops something is always done.',
  },
  decided: {
    status: 409,
    title: 'Conflict',
    code: 'decided',
    next: 'Nothing is left to do, unless it is asked again.',
  },
  changed: {
    status: 409,
    title: 'Conflict',
    code: 'changed',
    next: 'Look at what waits now, and answer that.',
  },
  refused: {
    status: 409,
    title: 'Conflict',
    code: 'refused',
    next: 'Look at how the task stands now.',
  },
};

export const problemOf = ({ why, reason, fresh }: ActRefusal): HttpProblem => ({
  ...PROBLEMS[why],
  message: reason,
  ...(why === 'too_many' ? { headers: { 'retry-after': '600' } } : {}),
  also: { fresh },
});
