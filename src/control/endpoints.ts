/** Every endpoint of the API, area by area. */
import { showMe } from './access/me.ts';
import { endSession, listSessions } from './access/sessions.ts';
import { endToken, listTokens, makeToken } from './access/tokens.ts';
import { actOnTask } from './acts/act.ts';
import { listActs } from './acts/offers.ts';
import { listAgents } from './agents/agents.ts';
import { answerApprovals } from './approvals/answer.ts';
import { listApprovals } from './approvals/list.ts';
import { showApproval } from './approvals/show.ts';
import { decideAgain, showStateAt } from './audit/steps.ts';
import { exportTask, replayTask, verifyTask } from './audit/task-proof.ts';
import { exportLog, verifyLog } from './audit/whole-log.ts';
import { actOnThisBacklog } from './backlogs/act.ts';
import { listBacklogs } from './backlogs/list.ts';
import { showBacklog } from './backlogs/show.ts';
import { showBudgets } from './budgets/budgets.ts';
import { listSpends } from './budgets/spends.ts';
import { downloadSpends } from './budgets/spends-csv.ts';
import { showTaskBudgets } from './budgets/task-budgets.ts';
import { findDecisions } from './decisions/list.ts';
import { showDiagnostics } from './diagnostics/diagnostics.ts';
import { askDoctor } from './diagnostics/doctor.ts';
import { listJobs } from './diagnostics/jobs.ts';
import { showQueue } from './diagnostics/queue.ts';
import { showDiff, showDiffPart } from './diffs/show.ts';
import type { ApiEndpoint } from './endpoint.ts';
import { listFailures } from './failures/failures.ts';
import { followEvents } from './live/stream.ts';
import { showPolicy } from './policy/show.ts';
import { tryPolicy } from './policy/trial.ts';
import { whatIf } from './policy/what-if.ts';
import { listRepositories } from './repositories/list.ts';
import { showRepository } from './repositories/show.ts';
import { listArtifacts, readArtifact } from './tasks/artifacts.ts';
import { explainDecision, listDecisions } from './tasks/decisions.ts';
import { listEvents } from './tasks/events.ts';
import { listTasks } from './tasks/list.ts';
import { readPatch } from './tasks/patch.ts';
import { listCalls } from './tasks/run-calls.ts';
import { followLog, readLog } from './tasks/run-log.ts';
import { showTask } from './tasks/show.ts';
import { showRun } from './tasks/show-run.ts';
import { submitTask } from './tasks/submit.ts';

const TASKS = [listTasks, submitTask, showTask, listEvents, listDecisions, explainDecision];
const LEFT = [listArtifacts, readArtifact, readPatch];
const RUNS = [showRun, listCalls, readLog, followLog];
const AUDIT = [
  verifyTask,
  replayTask,
  exportTask,
  showStateAt,
  decideAgain,
  findDecisions,
  verifyLog,
  exportLog,
];
const ACCESS = [showMe, listSessions, endSession, listTokens, makeToken, endToken];
const APPROVALS = [
  listActs,
  actOnTask,
  listApprovals,
  answerApprovals,
  showApproval,
  showDiff,
  showDiffPart,
  followEvents,
];

const BUDGETS = [showBudgets, showTaskBudgets, listSpends, downloadSpends];
const POLICY = [showPolicy, whatIf, tryPolicy];
const WORK = [listAgents, listFailures, listRepositories, showRepository];
const BACKLOGS = [listBacklogs, showBacklog, actOnThisBacklog];
const DIAGNOSTICS = [showQueue, listJobs, showDiagnostics, askDoctor];

export const ENDPOINTS: readonly ApiEndpoint[] = [
  ...TASKS,
  ...LEFT,
  ...RUNS,
  ...AUDIT,
  ...ACCESS,
  ...APPROVALS,
  ...BUDGETS,
  ...POLICY,
  ...WORK,
  ...BACKLOGS,
  ...DIAGNOSTICS,
];
