/** The scripts for shells complete what there is, as the shells themselves see it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runHere } from './environment.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-completion-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function script(shell: string): Promise<string> {
  const ended = await runHere(['completion', shell], {});
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  const file = join(folder, shell);
  await writeFile(file, ended.stdout);
  return file;
}
const isThere = (shell: string) => spawnSync(shell, ['--version']).error === undefined;

it.each([
  [['gatehouse', 'st'], ['status']],
  [['gatehouse', 'policy', 'ex'], ['explain']],
  [['gatehouse', 'setup', '--we'], ['--webhook-url']],
  [['gatehouse', 'status', '42-1', '--a'], ['--all']],
  [['gatehouse', 'policy', 'check', '--js'], ['--json']],
  [['gatehouse', 'setup', '--all'], []],
])('bash completes %j', async (words, found) => {
  const file = await script('bash');
  const typed = words.map(word => `'${word}'`).join(' ');
  const ask = `source ${file}; COMP_WORDS=(${typed}); COMP_CWORD=${words.length - 1}; _gatehouse; echo "\${COMPREPLY[*]}"`;
  const said = execFileSync('bash', ['-c', ask], { encoding: 'utf8' }).trim();
  expect(said === '' ? [] : said.split(' ')).toEqual(found);
});

for (const shell of ['zsh', 'fish']) {
  if (!isThere(shell)) console.log(`${shell} is not installed: its script is read here alone`);
  it(`${shell} reads its script, which has every command`, async () => {
    const file = await script(shell);
    const { stdout } = await runHere(['completion', shell], {});
    for (const word of ['status', 'doctor', 'backtest', 'webhook-url'])
      expect(stdout).toContain(word);
    // A quote in a description would end its text.
    expect(stdout.replaceAll("'\\''", '').split("'").length % 2).toBe(1);
    if (isThere(shell)) expect(spawnSync(shell, ['-n', file]).status).toBe(0);
  });
}
