/** Checks by other Apps. Only names and numbers are taken: what a check says is read later, as data. */
import type { z } from 'zod';
import type { Ignored, Trigger } from '../../../core/trigger.ts';
import { type AppIdentity, notUsed, repositoryOf } from './origin.ts';
import type { CheckRun, CheckSuite, Status } from './payloads.ts';

type Pulls = { number: number; head: { repo?: { id: number } | null | undefined } }[];

export function translateCheckRun(
  payload: z.output<typeof CheckRun>,
  app: AppIdentity,
): Trigger | Ignored {
  const { id, name, head_sha: head, conclusion, pull_requests } = payload.check_run;
  if (payload.check_run.app?.id === app.id) return pressed(payload);
  if (payload.action !== 'completed') return notUsed(`check_run.${payload.action}`);
  const repository = repositoryOf(payload);
  const all = pull_requests.length
    ? pull_requests
    : (payload.check_run.check_suite?.pull_requests ?? []);
  const pulls = ofSameRepository(all, repository.id);
  const failed: 'failure' | 'timed_out' | null =
    conclusion === 'failure' || conclusion === 'timed_out' ? conclusion : null;
  if (failed === null) return { kind: 'checks_changed', repository, head, pulls };
  if (all.length > 0 && pulls.length === 0)
    return { ignored: 'fork', problem: "The failing check is on a fork's commit." };
  const check = { id, name, head, app: payload.check_run.app?.id ?? 0, conclusion: failed };
  return { kind: 'check_failed', repository, check, pulls };
}

export function translateCheckSuite(
  payload: z.output<typeof CheckSuite>,
  app: AppIdentity,
): Trigger | Ignored {
  const { head_sha: head, pull_requests } = payload.check_suite;
  if (payload.check_suite.app?.id === app.id) return OWN;
  if (payload.action !== 'completed') return notUsed(`check_suite.${payload.action}`);
  const repository = repositoryOf(payload);
  const pulls = ofSameRepository(pull_requests, repository.id);
  return { kind: 'checks_changed', repository, head, pulls };
}

export function translateStatus(payload: z.output<typeof Status>): Trigger | Ignored {
  return payload.state === 'pending'
    ? notUsed('a pending status')
    : {
        kind: 'checks_changed',
        repository: repositoryOf(payload),
        head: payload.sha,
        pulls: [],
      };
}

/** A person pressed one of our buttons; all else about our own check we did ourselves. */
function pressed(payload: z.output<typeof CheckRun>): Trigger | Ignored {
  const { external_id: task, head_sha: head } = payload.check_run;
  const identifier = payload.requested_action?.identifier;
  if (payload.action !== 'requested_action' || !identifier || !task) return OWN;
  const { id, login, type } = payload.sender;
  if (type !== 'User')
    return { ignored: 'bot', problem: `${login} is not a person; only people press buttons.` };
  const repository = repositoryOf(payload);
  return { kind: 'button', repository, by: { id, login, type }, identifier, check: { head, task } };
}

const OWN: Ignored = { ignored: 'own', problem: 'It is our own check.' };

const ofSameRepository = (pulls: Pulls, repository: number): number[] =>
  pulls.filter(pull => pull.head.repo?.id === repository).map(pull => pull.number);
