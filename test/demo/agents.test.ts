/** Whoever changes a script or the library learns here that the walk with a real agent can't be played. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadProfiles } from '../../src/adapters/agents/profiles.ts';
import { structuredOf } from '../../src/adapters/agents/structured.ts';
import { readDocument } from '../../src/core/handover/handover.ts';
import { addFile, updateFile } from '../model/apply-patch.ts';
import { FILES } from '../scenarios/environment.ts';
import { LIBRARY, NAMES, openAgents, SCRIPTS } from './agents.ts';
import { ROLES, startRolesModel } from './roles-model.ts';

test.each(['nobody', '__proto__', ''])('an agent that is not known is told: %j', async name => {
  await expect(openAgents(name)).rejects.toThrow(
    `--agent ${name} is not one that is known: use ${NAMES.join(', ')}`,
  );
});

test('a change is one hunk, found by the lines around it', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng\nh\n';
  expect(updateFile('x', before, before.replace('e\n', 'E\nEE\n')).split('\n')).toEqual([
    ...['*** Begin Patch', '*** Update File: x', '@@'],
    ...[' b', ' c', ' d', '-e', '+E', '+EE', ' f', ' g', ' h'],
    ...['*** End Patch', ''],
  ]);
  expect(updateFile('x', 'a\n', 'a\nb\n')).toContain('@@\n a\n+b\n*** End');
  expect(updateFile('x', 'a\na\n', 'a\n')).toContain('@@\n a\n-a\n*** End');
  expect(addFile('x', 'a\nb\n')).toContain('*** Add File: x\n+a\n+b\n*** End');
});

/** Of the main job. */
const ISSUE = 'format() says 60m where it should say 1h';

type Library = Parameters<typeof startRolesModel>[0]['repository'];

/** What the model of these scripts answers to a role that is told this, after so many tools. */
async function openModel(scripts: string, repository: Library) {
  const profiles = await loadProfiles(join(import.meta.dirname, '../../agents'));
  const model = await startRolesModel({ repository, scripts, profiles });
  onTestFinished(model.close);
  const answer = async (prompt: string, told: string, results: number) => {
    const outputs = Array.from({ length: results }, () => ({ type: 'function_call_output' }));
    const tools = [{ name: 'exec_command' }, { name: 'apply_patch' }];
    const body = {
      tools,
      stream: true,
      input: [{ role: 'user', content: `${prompt}\n\n${told}` }, ...outputs],
    };
    const answered = await fetch(`${model.url}/v1/responses`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    const events = (await answered.text()).split('\n').filter(line => line.startsWith('data: '));
    return JSON.parse(events.at(-1)?.slice('data: '.length) ?? '').response.output;
  };
  return { profiles, answer };
}

test('each role has its own turns, chosen by its prompt', async () => {
  const library: Library = path => readFile(join(LIBRARY, path), 'utf8').catch(() => null);
  const { profiles, answer } = await openModel(SCRIPTS, library);
  const last: Record<string, string> = {};
  for (const { name, prompt } of profiles) {
    const [message] = (await answer(prompt, ISSUE, 1_000)).slice(-1);
    last[name] = message.content[0].text;
  }
  expect(new Set(Object.values(last)).size).toBe(profiles.length);
  expect(last.tester).toBe('I have no script for the role "tester".');
  expect(readDocument('review', structuredOf(last.reviewer ?? ''))).toMatchObject({ ok: true });
  // Each that may change something looks for the key first, and works then.
  const looking = profiles.filter(
    ({ name, tools }) => ROLES.includes(name) && tools.includes('edit'),
  );
  expect(looking).toHaveLength(ROLES.length - 1);
  for (const { prompt } of looking) {
    const looks = [await answer(prompt, ISSUE, 0), await answer(prompt, ISSUE, 1)].map(
      ([look]) => look,
    );
    expect(looks.map(look => look.arguments).join()).toMatch(/environ.*key-of-the-demo-/);
    const names = (await answer(prompt, ISSUE, 2)).map((item: { name?: string }) => item.name);
    expect(names.at(-1)).toMatch(/^(exec_command|apply_patch)$/);
  }
});

test('a scene is chosen by what the role is told, and begins where the scene before it ended', async () => {
  const { profiles, answer } = await openModel(
    join(import.meta.dirname, '../scenarios/planning'),
    async path => FILES[path] ?? null,
  );
  const author = profiles.find(({ name }) => name === 'author')?.prompt ?? '';
  const patch = async (told: string) => (await answer(author, told, 2)).at(-1).input;
  expect(await patch('Change it in place.')).toContain('+export const sum = (a, b) => a + b;');
  expect(await patch('this is for which the work is sent back')).toContain(
    '-export const sum = (a, b) => a + b;\n+export const sum = (a, b) => a + b; // numbers',
  );
  const [{ content }] = await answer(author, 'Something else.', 0);
  expect(content[0].text).toBe('The script of the role "author" has no scene for this.');
});
