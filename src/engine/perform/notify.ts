/** An endpoint is told of a moment of a task or a backlog: signed, once as far as it can tell, and with links to it. */
import { createHash } from 'node:crypto';
import type { Repository } from '../../core/actor.ts';
import type { Folded } from '../../core/fold.ts';
import type { Notice } from '../../core/hooks/hook.ts';
import { chatLink, inertForChat } from '../../core/hooks/slack-text.ts';
import { isMatched } from '../../core/repository-pattern.ts';
import { streamName } from '../../core/stream.ts';
import { canonical } from '../chain.ts';
import type { Dependencies, EndpointSettings } from '../dependencies.ts';
import { SecretUnavailable } from '../ports/secrets.ts';
import { WebhookFailure } from '../ports/webhooks.ts';
import { asBacklog, asTask } from '../streams.ts';
import type { StreamEffect } from '../task-context.ts';
import { type NoticeSubject, ofBacklog, ofTask } from './notice-subject.ts';

type Told = { type: 'performed'; key: string };
type Notifying = StreamEffect<'notify'> & { folded: Folded<unknown> };

export async function notify(context: Notifying): Promise<Told> {
  const { deps, stream, effect, guard } = context;
  const told: Told = { type: 'performed', key: effect.key };
  const endpoint = deps.settings.endpoints.get(effect.endpoint);
  const subject = subjectOf(context);
  const repository = await atPresent(deps, subject.repository);
  if (!endpoint || !isMatched(endpoint.repositories, repository)) {
    const { owner, name } = repository;
    const fields = {
      stream: streamName(stream),
      endpoint: effect.endpoint,
      repository: `${owner}/${name}`,
    };
    deps.logger.warn(fields, 'a hook names an endpoint that this repository does not have');
    return told;
  }
  if (!subject.stillHolds) return told;
  const message = messageOf(context, subject, repository);
  const text = endpoint.format === 'slack' ? slackBody(message, subject.names) : canonical(message);
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

const subjectOf = ({ stream, folded, effect }: Notifying): NoticeSubject =>
  stream.kind === 'backlog'
    ? ofBacklog(stream.id, asBacklog(folded), effect.notice)
    : ofTask(stream.id, asTask(folded), effect.notice);

/** Its name may have changed since the work began; the one of then holds where GitHub does not say. */
async function atPresent(
  { github }: Pick<Dependencies, 'github'>,
  repository: Repository,
): Promise<Repository> {
  const now = await github.facts.defaultBranch(repository).catch(() => null);
  return now ? { ...repository, owner: now.owner, name: now.name } : repository;
}

async function readSecret(
  { deps }: Pick<Notifying, 'deps'>,
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

type WebhookMessage = ReturnType<typeof messageOf>;

function messageOf(
  { deps, stream, effect }: Notifying,
  { data, links }: NoticeSubject,
  repository: Repository,
) {
  const { id: repositoryId, owner, name } = repository;
  const { notice, seq, at } = effect;
  return {
    // The same at every attempt: whoever gets it twice can tell.
    id: `msg_${createHash('sha256').update(`${stream.id} ${effect.key}`).digest('hex').slice(0, 32)}`,
    type: `gatehouse.${notice.moment}`,
    timestamp: at,
    data: {
      ...data,
      event: seq,
      repository: { id: repositoryId, owner, name },
      outcome: notice.outcome,
      reason: notice.reason,
      links: links(repository, deps.settings),
    },
  };
}

const HEADLINES: Readonly<Record<Notice['moment'], string>> = {
  run_started: 'A run has begun',
  run_finished: 'A run has ended',
  decided: 'Policy has decided',
  approval: 'An approval is wanted',
  asked: 'A task asks people',
  budget: 'A budget is used up',
  merged: 'Merged',
  failed: 'A task has failed',
  finished: 'A task has ended',
  backlog_waits: 'A backlog waits for people',
  backlog_ended: 'A backlog has ended',
};

/** Slack, Mattermost, Rocket.Chat, Discord's `/slack` and others read `text`. */
function slackBody({ type, data }: WebhookMessage, names: readonly string[]): string {
  const { repository, title, outcome, reason, links, event } = data;
  const moment = type.slice('gatehouse.'.length) as Notice['moment'];
  const where = Object.entries(links).map(([what, url]) => chatLink(url, LINK_WORDS[what] ?? what));
  const lines = [
    `${HEADLINES[moment]}: ${inertForChat(title)}`,
    `${inertForChat(`${repository.owner}/${repository.name}`)} · ${inertForChat(outcome)} · ${inertForChat(reason)}`,
    [...where, ...names, `event ${event}`].join(' · '),
  ];
  return canonical({ text: lines.join('\n'), unfurl_links: false, unfurl_media: false });
}

const LINK_WORDS: Readonly<Record<string, string>> = {
  issue: 'issue',
  pull: 'pull request',
  check: 'check run',
  approval: 'what is asked',
};
