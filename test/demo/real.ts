/** A real agent does the work, on a scripted model; at the end, what it used and what it saw. */
import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { installCli } from '../../src/adapters/agents/install.ts';
import { loadProfiles } from '../../src/adapters/agents/profiles.ts';
import type { Agent } from '../../src/compose/agents/agent-table.ts';
import { PROVIDERS } from '../../src/compose/agents/providers.ts';
import { TURN_USAGE } from '../model/answer.ts';
import type { DemoAgents } from './agents.ts';
import type { Environment } from './environment.ts';
import { everything } from './everything.ts';
import { KEY_PREFIX, type ReadFirst, ROLES, startRolesModel } from './roles-model.ts';
import { note } from './timeline.ts';
import type { Summary } from './watch.ts';

const root = resolve(import.meta.dirname, '../..');

/** A Gatehouse in which this agent works every role, and the scripted model behind it. */
export async function startRealAgent(
  { adapter, dialects, load }: Agent,
  of: { repository: ReadFirst; scripts: string },
) {
  const clis = join(root, '.gatehouse/agents');
  const agent = await load();
  if (agent.cli !== null) await installCli(agent, { dir: clis, report: note });
  const [provider] = dialects.flatMap(dialect =>
    PROVIDERS.filter(one => one.dialects.includes(dialect)),
  );
  if (!provider) throw new Error(`no provider of the table speaks what ${adapter} speaks`);
  const folder = await rolesBy(adapter);
  const profiles = await loadProfiles(folder);
  const model = await startRolesModel({ ...of, profiles });
  const key = `${KEY_PREFIX}${randomUUID()}`;
  return {
    env: {
      GATEHOUSE_REAL_AGENTS: '1',
      GATEHOUSE_AGENTS: folder,
      [`${provider.prefix}_API_KEY`]: key,
      [`${provider.prefix}_BASE_URL`]: model.url,
    },
    clis,
    key,
    model,
    async close() {
      await model.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function openRealAgents(
  agent: Agent,
  { library, scripts }: { library: string; scripts: string },
): Promise<DemoAgents> {
  const { adapter } = agent;
  const repository: ReadFirst = path => readFile(join(library, path), 'utf8').catch(() => null);
  const { env, clis, key, model, close } = await startRealAgent(agent, { repository, scripts });
  return {
    env,
    clis,
    async inspect(environment, summary) {
      const { requests } = model;
      const asked = requests.filter(request => request.text.includes(key));
      const found = await search(environment, summary, key);
      const seen = [...asked.map(({ path }) => `a request to ${path}`), ...found.places];
      const played = summary.runs.filter(run => ROLES.includes(run.agent));
      const tokens = played.reduce((sum, { usage }) => sum + totalOf(usage), 0);
      const counted = requests.length * (TURN_USAGE.input + TURN_USAGE.output);
      const keyed = requests.every(({ headers }) => JSON.stringify(headers).includes(key));
      return {
        lines: [
          `${adapter.padEnd(10)} ${played.length} runs, ${requests.length} calls of the model, ${tokens} tokens`,
          `key seen inside: ${seen.join(', ') || 'nowhere'}`,
        ],
        figures: { modelRequests: requests.length, tokens, keySeen: seen },
        faults: [
          ...faultsOf(played, adapter),
          ...seen.map(place => `the key was seen in ${place}`),
          ...found.blind.map(kind => `the search for the key read no ${kind} of this task`),
          ...(keyed ? [] : ['the model was asked without the key']),
          ...(tokens === counted ? [] : [`the model counted ${counted} tokens, not ${tokens}`]),
        ],
      };
    },
    close,
  };
}

/** The roles, each worked by this agent and by no other. */
export async function rolesBy(adapter: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-demo-agents-'));
  await cp(join(root, 'agents'), folder, { recursive: true });
  for (const file of await readdir(folder)) {
    const path = join(folder, file);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace(/^chain: .*$/m, `chain: [{ adapter: ${adapter} }]`));
  }
  return folder;
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
function faultsOf(played: Summary['runs'], adapter: string): string[] {
  const missing = ROLES.filter(role => !played.some(run => run.agent === role));
  const wrong = played.filter(run => run.adapter !== adapter || run.outcome !== 'success');
  return [
    ...missing.map(role => `the ${role} had nothing to do`),
    ...wrong.map(run => `the ${run.agent} by ${run.adapter}: ${run.outcome}`),
  ];
}

const totalOf = ({ input, cached, cacheWrite, output }: Summary['runs'][number]['usage']): number =>
  input + cached + cacheWrite + output;
