/** An endpoint is told of a moment of a task: signed, once as far as it can tell, and with links to it. */
import { createHash } from 'node:crypto';
import type { Repository } from '../../core/actor.ts';
import type { Notice } from '../../core/hooks/hook.ts';
import { stillHolds } from '../../core/hooks/notice.ts';
import { chatLink, inertForChat } from '../../core/hooks/slack-text.ts';
import { approvalPage, taskPage } from '../../core/links.ts';
import { isMatched } from '../../core/repository-pattern.ts';
import { placeOf } from '../../core/task/place.ts';
import { createdOf, type TaskState } from '../../core/task/state.ts';
import { canonical } from '../chain.ts';
import type { Dependencies, EndpointSettings, Settings } from '../dependencies.ts';
import { SecretUnavailable } from '../ports/secrets.ts';
import { WebhookFailure } from '../ports/webhooks.ts';
import type { TaskEffect } from '../task-context.ts';

type Told = { type: 'performed'; key: string };

export async function notify(context: TaskEffect<'notify'>): Promise<Told> {
  const { deps, task, folded, effect, guard } = context;
  const { state } = folded;
  const told: Told = { type: 'performed', key: effect.key };
  const endpoint = deps.settings.endpoints.get(effect.endpoint);
  const repository = await atPresent(deps, createdOf(state).repository);
  if (!endpoint || !isMatched(endpoint.repositories, repository)) {
    const { owner, name } = repository;
    const fields = { task, endpoint: effect.endpoint, repository: `${owner}/${name}` };
    deps.logger.warn(fields, 'a hook names an endpoint that this repository does not have');
    return told;
  }
  if (!stillHolds(state, effect.notice)) return told;
  const message = messageOf(context, repository, deps.settings);
  const text = endpoint.format === 'slack' ? slackBody(message) : canonical(message);
  const [url, secret] = await Promise.all([
    readSecret(context, endpoint.url),
    endpoint.secret === null ? null : readSecret(context, endpoint.secret),
  ]);
  await guard.check();
  const { mayBePrivate } = endpoint;
  const webhook = { id: message.id, url, secret, mayBePrivate, body: deps.redact(text) };
  await deps.webhooks.send(webhook, guard.signal);
  return told;
}

/** Its name may have changed since the task began; the one of then holds where GitHub does not say. */
async function atPresent(
  { github }: Pick<Dependencies, 'github'>,
  repository: Repository,
): Promise<Repository> {
  const now = await github.facts.defaultBranch(repository).catch(() => null);
  return now ? { ...repository, owner: now.owner, name: now.name } : repository;
}

async function readSecret(
  { deps }: TaskEffect<'notify'>,
  value: EndpointSettings['url'],
): Promise<string> {
  if ('plain' in value) return value.plain;
  try {
    const place = deps.secrets.get(value.secret);
    if (!place) throw new WebhookFailure(`${value.secret} is not configured`, { retryable: false });
    return await place.read();
  } catch (error) {
    // Whoever keeps it may be away for a while.
    if (error instanceof SecretUnavailable)
      throw new WebhookFailure(error.message, { retryable: true });
    throw error;
  }
}

/** Where the pages of GitHub and of the console are. */
type Pages = Pick<Settings, 'web' | 'console'>;

type WebhookMessage = ReturnType<typeof messageOf>;

function messageOf(
  { task, folded, effect }: TaskEffect<'notify'>,
  repository: Repository,
  pages: Pages,
) {
  const { state } = folded;
  const { goal, command } = createdOf(state);
  const { id: repositoryId, owner, name } = repository;
  const { notice, seq, at } = effect;
  const run = state.runs.find(({ id }) => id === notice.of);
  const approval = notice.moment === 'approval' ? notice.about : null;
  return {
    // The same at every attempt: whoever gets it twice can tell.
    id: `msg_${createHash('sha256').update(`${task} ${effect.key}`).digest('hex').slice(0, 32)}`,
    type: `gatehouse.${notice.moment}`,
    timestamp: at,
    data: {
      task,
      event: seq,
      command,
      title: goal.title.slice(0, 300),
      status: state.status,
      repository: { id: repositoryId, owner, name },
      issue: placeOf(state),
      pull: state.pull?.number ?? null,
      run: run ? { id: run.id, step: run.step, executor: run.executor } : null,
      approval,
      outcome: notice.outcome,
      reason: notice.reason,
      links: linksOf(task, { state, repository, approval }, pages),
    },
  };
}

/** By what each leads to; what is not there is left out. */
function linksOf(
  task: string,
  of: { state: TaskState; repository: Repository; approval: string | null },
  { web, console }: Pages,
): Record<string, string> {
  const { state, repository, approval } = of;
  const home = `${web}/${repository.owner}/${repository.name}`;
  const issue = placeOf(state);
  const check = state.surfaces.check?.id;
  return {
    ...(issue === null ? {} : { issue: `${home}/issues/${issue}` }),
    ...(state.pull ? { pull: `${home}/pull/${state.pull.number}` } : {}),
    ...(check === undefined ? {} : { check: `${home}/runs/${check}` }),
    ...(console === null ? {} : { task: taskPage(console, task) }),
    ...(console === null || approval === null
      ? {}
      : { approval: approvalPage(console, task, approval) }),
  };
}

const HEADLINES: Readonly<Record<Notice['moment'], string>> = {
  run_started: 'A run has begun',
  run_finished: 'A run has ended',
  decided: 'Policy has decided',
  approval: 'An approval is wanted',
  budget: 'A budget is used up',
  merged: 'Merged',
  failed: 'A task has failed',
  finished: 'A task has ended',
};

/** Slack, Mattermost, Rocket.Chat, Discord's `/slack` and others read `text`. */
function slackBody({ type, data }: WebhookMessage): string {
  const { repository, title, outcome, reason, links, task, run, event } = data;
  const moment = type.slice('gatehouse.'.length) as Notice['moment'];
  const where = Object.entries(links).map(([what, url]) => chatLink(url, LINK_WORDS[what] ?? what));
  const lines = [
    `${HEADLINES[moment]}: ${inertForChat(title)}`,
    `${inertForChat(`${repository.owner}/${repository.name}`)} · ${inertForChat(outcome)} · ${inertForChat(reason)}`,
    [...where, `task ${task}`, ...(run ? [`run ${run.id}`] : []), `event ${event}`].join(' · '),
  ];
  return canonical({ text: lines.join('\n'), unfurl_links: false, unfurl_media: false });
}

const LINK_WORDS: Readonly<Record<string, string>> = {
  issue: 'issue',
  pull: 'pull request',
  check: 'check run',
  approval: 'what is asked',
};
