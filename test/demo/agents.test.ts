/** Whoever changes a script or the library learns here that the walk with a real agent can't be played. */
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadProfiles } from '../../src/adapters/agents/profiles.ts';
import { structuredOf } from '../../src/adapters/agents/structured.ts';
import { readDocument } from '../../src/core/handover/handover.ts';
import { addFile, updateFile } from '../model/apply-patch.ts';
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

test('each role has its own turns, chosen by its prompt', async () => {
  const profiles = await loadProfiles(join(import.meta.dirname, '../../agents'));
  const model = await startRolesModel({ library: LIBRARY, scripts: SCRIPTS, profiles });
  onTestFinished(model.close);
  /** What the model answers after so many tools. */
  const answer = async (prompt: string, results: number) => {
    const outputs = Array.from({ length: results }, () => ({ type: 'function_call_output' }));
    const tools = [{ name: 'exec_command' }, { name: 'apply_patch' }];
    const body = {
      tools,
      stream: true,
      input: [{ role: 'user', content: `${prompt}\n\nThe task.` }, ...outputs],
    };
    const answered = await fetch(`${model.url}/v1/responses`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    const events = (await answered.text()).split('\n').filter(line => line.startsWith('data: '));
    return JSON.parse(events.at(-1)?.slice('data: '.length) ?? '').response.output;
  };
  const last: Record<string, string> = {};
  for (const { name, prompt } of profiles) {
    const [message] = (await answer(prompt, 1_000)).slice(-1);
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
    const looks = [await answer(prompt, 0), await answer(prompt, 1)].map(([look]) => look);
    expect(looks.map(look => look.arguments).join()).toMatch(/environ.*key-of-the-demo-/);
    const names = (await answer(prompt, 2)).map((item: { name?: string }) => item.name);
    expect(names.at(-1)).toMatch(/^(exec_command|apply_patch)$/);
  }
});
