/** The real Codex as the agents, on a scripted model; at the end, what it used and what it saw. */
import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { codex } from '../../src/adapters/agents/codex/install.ts';
import { installCli } from '../../src/adapters/agents/install.ts';
import { loadProfiles } from '../../src/adapters/agents/profiles.ts';
import { TURN_USAGE } from '../model/answer.ts';
import type { DemoAgents } from './agents.ts';
import { ROLES, startCodexModel } from './codex-model.ts';
import type { Environment } from './environment.ts';
import { everything } from './everything.ts';
import { note } from './timeline.ts';
import type { Summary } from './watch.ts';

const root = resolve(import.meta.dirname, '../..');

export async function openCodexAgents(of: {
  library: string;
  scripts: string;
}): Promise<DemoAgents> {
  const clis = join(root, '.gatehouse/agents');
  await installCli(codex.cli, { dir: clis, report: note });
  const profiles = await loadProfiles(join(root, 'agents'));
  const model = await startCodexModel({ ...of, profiles });
  // Of no shape that is taken out of texts: where it got in, it is found.
  const key = `key-of-the-demo-${randomUUID()}`;
  return {
    env: { GATEHOUSE_REAL_AGENTS: '1', OPENAI_API_KEY: key, OPENAI_BASE_URL: model.url },
    clis,
    async inspect(environment, summary) {
      const { requests } = model;
      const asked = requests.filter(request => request.text.includes(key));
      const found = await search(environment, summary, key);
      const seen = [...asked.map(({ path }) => `a request to ${path}`), ...found.places];
      const played = summary.runs.filter(run => ROLES.includes(run.agent));
      const tokens = played.reduce((sum, { usage }) => sum + totalOf(usage), 0);
      const counted = requests.length * (TURN_USAGE.input + TURN_USAGE.output);
      const keyed = requests.every(({ headers }) => headers.authorization === `Bearer ${key}`);
      return {
        lines: [
          `codex      ${played.length} runs, ${requests.length} calls of the model, ${tokens} tokens`,
          `key seen inside: ${seen.join(', ') || 'nowhere'}`,
        ],
        figures: { modelRequests: requests.length, tokens, keySeen: seen },
        faults: [
          ...faultsOf(played),
          ...seen.map(place => `the key was seen in ${place}`),
          ...found.blind.map(kind => `the search for the key read no ${kind} of this task`),
          ...(keyed ? [] : ['the model was asked without the key']),
          ...(tokens === counted ? [] : [`the model counted ${counted} tokens, not ${tokens}`]),
        ],
      };
    },
    close: model.close,
  };
}

/** Where the text is, and where not even the task's own id was found: nothing was read there. */
async function search(environment: Environment, summary: Summary, text: string) {
  const places: string[] = [];
  const blind = new Set(['file', 'event', 'GitHub']);
  for await (const { kind, name, content } of everything(environment, summary)) {
    if (content.includes(text)) places.push(`${kind} ${name}`);
    if (content.includes(summary.task)) blind.delete(kind);
  }
  return { places, blind: [...blind] };
}

/** The scripts need one try each: a second one tells of something that went wrong. */
function faultsOf(played: Summary['runs']): string[] {
  const missing = ROLES.filter(role => !played.some(run => run.agent === role));
  const wrong = played.filter(run => run.adapter !== 'codex' || run.outcome !== 'success');
  return [
    ...missing.map(role => `the ${role} had nothing to do`),
    ...wrong.map(run => `the ${run.agent} by ${run.adapter}: ${run.outcome}`),
  ];
}

const totalOf = ({ input, cached, cacheWrite, output }: Summary['runs'][number]['usage']): number =>
  input + cached + cacheWrite + output;
