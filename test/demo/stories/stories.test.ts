/** Each walk that the demo lists can be opened: its scripts and its files are read as when it is played. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { BacklogFile } from '../../../src/core/backlog/file.ts';
import { RepositoryConfigFile } from '../../../src/core/repository-config/repository-config.ts';
import { parseYaml } from '../../../src/engine/policies/yaml-text.ts';
import { readOptions } from '../options.ts';
import { STORIES } from './stories.ts';

const NAMES = Object.keys(STORIES);

test.each(NAMES)('%s is listed, opened and read', async name => {
  expect(readOptions(['--scenario', name])).toMatchObject({ scenario: name, repo: null });
  expect(STORIES[name]?.about).toMatch(/^[A-Z].{10,99}\.$/);
  const story = await STORIES[name]?.open();
  onTestFinished(() => story?.close?.());
  const { GATEHOUSE_SIMULATION: scripts = '' } = story?.env ?? {};
  const roles = await readdir(scripts);
  expect(roles.length).toBeGreaterThan(0);
  for (const role of roles) {
    const script = JSON.parse(await readFile(join(scripts, role), 'utf8'));
    expect(script.steps ?? script.scenes, role).not.toEqual([]);
  }
  const { '.github/gatehouse.yml': config = '', 'requirements.yaml': plan } = story?.files ?? {};
  expect(parseYaml('gatehouse.yml', config, RepositoryConfigFile)).toMatchObject({ ok: true });
  if (plan) expect(parseYaml('requirements.yaml', plan, BacklogFile)).toMatchObject({ ok: true });
});

test.each([
  [['--scenario', 'backlogs'], /--scenario backlogs is not one .*backlog.*: use command, /],
  [['--scenario', '__proto__'], /is not one that is known/],
  [['--scenario', 'plan', '--repo', '.'], /--repo is for the main job: leave --scenario out/],
  [['--scenario', 'plan', '--agent', 'codex'], /--agent is for the main job/],
  [['--scenario', 'plan', '--latency', '10'], /--latency is for the main job/],
])('what it is no use with is told: %j', (args, said) => {
  expect(() => readOptions(args)).toThrow(said);
});
