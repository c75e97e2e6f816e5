/** `GET /api/v1/tasks/{task}/approvals/{approval}`: one request, in full. */
import { z } from 'zod';
import { loadTask } from '../../engine/queries/queries.ts';
import { offered } from '../acts/offered.ts';
import { endpoint, refused, versioned } from '../endpoint.ts';
import { notFound } from '../faults.ts';
import { NO_TASK, seenTask, TaskParams } from '../tasks/seen-task.ts';
import { ApprovalDetail, shownApproval } from './shown-approval.ts';

const ApprovalParams = TaskParams.extend({ approval: z.string().min(1).max(100) });

export const showApproval = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/approvals/{approval}',
    tag: 'approvals',
    summary: 'One request for approval: what will happen, why it is asked, and what became of it.',
    params: ApprovalParams,
    ok: ApprovalDetail,
  },
  async ({ viewer, params }, services) => {
    const { log, settings } = services;
    const row = await seenTask(services, viewer, params.task);
    if (row === null) return NO_TASK;
    const folded = await loadTask(log, row.id);
    const { state } = folded;
    const approval = state.approvals.find(({ id }) => id === params.approval);
    if (!approval) return refused(notFound('request'));
    const { who } = viewer;
    const acts = offered(services, viewer, { row, state, request: approval.id });
    const person = who.kind === 'person' ? who.id : null;
    const asOf = { event: folded.version, hash: folded.hash };
    return versioned(`${folded.hash} ${JSON.stringify([acts, person])}`, () =>
      shownApproval({ row, state, approval, web: settings.web }, { person, acts, asOf }),
    );
  },
);
