/**
 * Gatehouse as a process of its own, which holds every kind of secret in its environment, with the
 * agent without a CLI, whose model says what a walk wants it to.
 */
import { rm } from 'node:fs/promises';
import { rolesBy } from '../../demo/real.ts';
import { serveGatehouse } from '../../demo/serve.ts';
import type { Turn } from '../../model/answer.ts';
import { type ModelRequest, startScriptedModel } from '../../model/server.ts';
import { openScenarios } from '../../scenarios/environment.ts';
import { type Kind, secretKinds } from './kinds.ts';
import { watchProcesses } from './processes.ts';

/** What the model does in a role: turns, or an error that it answers with. */
export type Play = Turn[] | { error: string };

const NOTHING: Play = [{ say: 'I have nothing to do.' }];

export type World = Awaited<ReturnType<typeof openWorld>>;

export async function openWorld() {
  /** By the role and the name of the walk. */
  const plays = new Map<string, Play>();
  const playOf = ({ text }: ModelRequest): Play => {
    const role = text.includes('You are the reviewer.') ? 'reviewer' : 'author';
    return plays.get(`${role} in ${/walk \d+ of [a-z]+/.exec(text)?.[0]}`) ?? NOTHING;
  };
  const model = await startScriptedModel({
    turns(request) {
      const play = playOf(request);
      return 'error' in play ? [{ say: '' }] : play;
    },
    fault(_index, request) {
      const play = playOf(request);
      if (!('error' in play)) return null;
      const error = { type: 'invalid_request_error', message: play.error };
      return { status: 400, body: { type: 'error', error } };
    },
  });
  const folder = await rolesBy('api');
  const kinds = secretKinds();
  const settings: Record<string, string> = {};
  let log = '';
  const environment = await openScenarios(
    {
      ...environmentOf(kinds),
      GATEHOUSE_REAL_AGENTS: '1',
      GATEHOUSE_AGENTS: folder,
      ANTHROPIC_BASE_URL: model.url,
      LOG_LEVEL: 'trace',
      LOG_FORMAT: 'json',
    },
    null,
    async given => {
      Object.assign(settings, given);
      return serveGatehouse(given, undefined, chunk => {
        log += chunk;
      });
    },
    // One person asks for every walk, faster than GitHub would let anybody write.
    { contentPerMinute: 10_000, contentPerHour: 10_000 },
  );
  const processes = watchProcesses();
  const known: Record<string, string | undefined> = {
    WEBHOOK_SECRET: settings.WEBHOOK_SECRET,
    PRIVATE_KEY: settings.PRIVATE_KEY,
  };
  return {
    environment,
    plays,
    settings,
    /** With the values that the local GitHub gave. */
    kinds: kinds.map(
      (kind): Kind => ({ ...kind, value: known[kind.variable ?? ''] ?? kind.value }),
    ),
    log: () => log,
    processes,
    async close() {
      await environment.close();
      await model.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Those that no setting is for are declared sensitive, or stand in the environment undeclared. */
function environmentOf(kinds: readonly Kind[]): Record<string, string> {
  const given = kinds
    .map(({ variable, value }, index): [string, string] => [
      variable ?? `UNDECLARED_${index}`,
      value,
    ])
    .filter(([name]) => name !== 'WEBHOOK_SECRET' && name !== 'PRIVATE_KEY');
  const declared = given.map(([name]) => name).filter(name => name.startsWith('PROVED_'));
  return { ...Object.fromEntries(given), GATEHOUSE_SENSITIVE: declared.join() };
}
